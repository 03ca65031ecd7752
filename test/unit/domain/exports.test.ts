import { readFileSync } from "node:fs"
import { expect, test } from "vitest"

const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as { exports: Record<string, string> }

test("the package gives the pure core and the names of the gates to TypeScript code", async () => {
  const core: Record<string, unknown> = await import(`../../../${exports["."]}`)
  for (const name of ["exitCodeOf", "fingerprint", "parseVersion", "reportVerdict", "isGateName"])
    expect(core[name], name).toBeTypeOf("function")
  expect(core.gateNames).toContain("typecheck")
})
