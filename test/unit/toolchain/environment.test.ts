import { execFileSync } from "node:child_process"
import { expect, test } from "vitest"
import { exportLines } from "../../../toolchain/commands/environment.ts"

test("a shell gets back exactly what was given", () => {
  const value = `it's "$HOME" \`date\` \\ and\nmore`
  const script = `${exportLines({ SIGNALBOX_A: value, SIGNALBOX_B: "plain" })}printf '%s|%s' "$SIGNALBOX_A" "$SIGNALBOX_B"`
  expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(`${value}|plain`)
})

test("nothing to say is nothing to evaluate", () => {
  expect(exportLines({})).toBe("")
})
