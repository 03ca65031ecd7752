import { readdirSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { parseGrep, searchEnvFiles } from "../../../pipelines/committed-arguments.ts"
import { argumentNames, namesArgument } from "../../../src/call/argument-names.ts"
import { commitAll, git } from "../../engine/support/repository.ts"
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
    "SIGNALBOX_GATE_REPORT_ASSERT_PARTIAL",
    "SIGNALBOX_ GATES_ONLY",
    "SIGNALBOX_export GATES_ONLY",
    "SIGNALBOX_GATES_\u00a0ONLY",
    "SIGNALBOX_GATES_\u017fKIP",
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
      const [object = "", method = ""] = name.split(".")
      const isMain = object === "Signalbox"
      // Only the main object is made by a call: the others are what its functions return.
      if (all.length === 0 || (!isMain && method === "constructor")) return []
      const place = isMain ? method : `${object.charAt(0).toLowerCase()}${object.slice(1)}.${method}`
      return [[place, all.map((one) => one.replace(/\?$/, "")).sort()] as const]
    })
    const known = Object.entries(argumentNames).map(([name, all]) => [name, [...all].sort()] as const)
    expect(Object.fromEntries(known)).toEqual(Object.fromEntries(own))
  })
})

describe("sibling of V04: what Dagger trims, and git's own idea of a blank does not", () => {
  const lines = [
    "\u00a0SIGNALBOX_GATES_ONLY=typecheck",
    "\u2003export\tSIGNALBOX_GATES_ONLY=typecheck",
    "export export SIGNALBOX_GATES_ONLY=typecheck",
    "SIGNALBOX_export GATES_ONLY=typecheck",
    "SIGNALBOX_ GATES_ONLY=typecheck",
    "SIGNALBOX_GATES_\u00a0ONLY=typecheck",
    "signalbox_gates_only",
  ]

  test.each(lines)("%j is found in a commit", async (line) => {
    const found = await variablesIn(`# an application's own\nPORT=1\n${line}\n`)
    expect(found.filter(({ name }) => namesArgument(name, false))).toMatchObject([{ file: ".env", line: 3 }])
  })

  test("a comment and an application's own variables are left alone, and no value is read", async () => {
    const found = await variablesIn(
      "# SIGNALBOX_GATES_ONLY=x\nexport export TOKEN=a-secret\nURL=http://signalbox/gates_only\n",
    )
    expect(found.map(({ name }) => name)).toEqual(["TOKEN", "URL"])
  })
})

/** As the search over a commit of such a file gives them, by the machine's own git. */
async function variablesIn(text: string) {
  const directory = await mkdtemp(join(tmpdir(), "signalbox-env-"))
  try {
    await writeFile(join(directory, ".env"), text)
    await commitAll(directory)
    return parseGrep(await git(directory, ...searchEnvFiles))
  } finally {
    await rm(directory, { recursive: true })
  }
}
