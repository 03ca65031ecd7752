/** A call that version 0.1.0 documented goes on working: functions and arguments are added, never taken away or required. */
import { readdirSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { type Surface, surfaceOf } from "./surface.ts"

const files = ["src/index.ts", ...readdirSync("src/surface").map((file) => `src/surface/${file}`)]
const surface = surfaceOf(files)
const earlier: Surface = JSON.parse(readFileSync("test/recorded/surface-0.1.0.json", "utf8"))
// No caller makes a report: its constructor is what a function stores of it, and no call has its arguments.
const calls = Object.entries(earlier).filter(([name]) => name !== "GateReport.constructor")
const plain = (argument: string) => argument.replace(/\?$/, "")

test.each(calls)("%s takes what it took, and requires no more", (name, before) => {
  const now = surface[name] ?? []
  expect(surface).toHaveProperty([name])
  expect(now.map(plain)).toEqual(expect.arrayContaining(before.map(plain)))
  const required = now.filter((one) => !one.endsWith("?"))
  expect(before.filter((one) => !one.endsWith("?"))).toEqual(expect.arrayContaining(required))
})

test("functions and their arguments are read from the decorators", () => {
  expect(surface["Signalbox.withBuildSecret"]).toEqual(["name", "value"])
  expect(surface["Signalbox.gates"]).toContain("only?")
  expect(Object.keys(earlier).length).toBeGreaterThan(40)
})

test("every call that leaves a verification, or takes one back, can sign it", () => {
  const signing = ["publish", "release", "deploy", "promote", "rollback", "smoke", "load"]
  const given = signing.filter((name) => {
    const known = surface[`Signalbox.${name}`] ?? []
    return known.includes("signingKey?") && known.includes("signingKeyPassword?")
  })
  expect(given).toEqual(signing)
})
