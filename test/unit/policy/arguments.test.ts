import { readdirSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parseGrep } from "../../../pipelines/committed-arguments.ts"
import { argumentNames, namesArgument } from "../../../src/call/argument-names.ts"
import { surfaceOf } from "../package/surface.ts"

describe("V04 variables of a committed .env", () => {
  test.each([
    "SIGNALBOX_GATES_ONLY",
    "signalbox_gates_only",
    "SIGNALBOX_TOOLBOX",
    "SIGNALBOX_POLICY_REF",
    "SIGNALBOX_POLICYREF",
    "SIGNALBOX_APPROVE_POLICY",
    "SIGNALBOX_WITH_ACCESS_KUBECONFIG",
    "SIGNALBOX_SOURCE",
  ])("%s is an argument, wherever the file lies", (name) => {
    expect([namesArgument(name, false), namesArgument(name, true)]).toEqual([true, true])
  })

  test.each(["SOURCE", "gates_only", "GATES_SKIP", "POLICY_REF", "DEPLOY_KUBECONFIG"])(
    "%s is one beside the module only",
    (name) => {
      expect([namesArgument(name, false), namesArgument(name, true)]).toEqual([false, true])
    },
  )

  test.each(["DATABASE_URL", "VITE_API_URL", "SIGNALBOX_URL", "ONLY", "GATES", "MY_SIGNALBOX_SOURCE"])(
    "%s is the application's own",
    (name) => {
      expect([namesArgument(name, false), namesArgument(name, true)]).toEqual([false, false])
    },
  )

  test("are read with file and line, and never with a value", () => {
    const text = "HEAD:.env:1:A\nHEAD:web/a:b/.env:12:  export SIGNALBOX_GATES_ONLY\n"
    expect(parseGrep(text)).toEqual([
      { file: ".env", line: 1, name: "A" },
      { file: "web/a:b/.env", line: 12, name: "SIGNALBOX_GATES_ONLY" },
    ])
  })

  test("every argument of the module is known", () => {
    const files = ["src/index.ts", ...readdirSync("src/surface").map((file) => `src/surface/${file}`)]
    const surface = surfaceOf(files)
    const own = Object.entries(surface).flatMap(([name, all]) => {
      const [object, method = ""] = name.split(".")
      return object === "Signalbox" && all.length > 0
        ? [[method, all.map((one) => one.replace(/\?$/, "")).sort()] as const]
        : []
    })
    const known = Object.entries(argumentNames).map(([name, all]) => [name, [...all].sort()] as const)
    expect(Object.fromEntries(known)).toEqual(Object.fromEntries(own))
  })
})
