/** Members of a workspace that a component is built with: which of their own checks nobody runs. */
import { expect, test } from "vitest"
import { withAside } from "../../../src/languages/node/beside.ts"
import { checksOf, type NodeFiles, usual } from "../../../src/languages/node/checks.ts"
import { npm } from "../../../src/languages/node/managers/npm.ts"

const checks = (scripts: NodeFiles["scripts"], names: readonly string[] = []) =>
  checksOf(
    {
      ...{ names, keys: [], scripts, choosesFiles: false, node: "v24.9.0", manager: npm },
      version: () => "1.0.0",
    },
    usual,
  )
const asideOf = (found: object) => ("aside" in found ? found.aside : undefined)

test("each check names the members that have such a check of their own", () => {
  const parts = {
    manifest: "packages/parts/package.json",
    compiled: false,
    checks: checks({ test: "vitest run" }, ["tsconfig.json"]),
  }
  const plain = {
    manifest: "packages/plain/package.json",
    compiled: false,
    checks: checks({ lint: "eslint ." }),
  }
  const own = checks({ test: "vitest run" }, ["tsconfig.json"])
  const { typecheck, lint, unit, coverage } = withAside(own, [parts, plain])
  expect(asideOf(typecheck)).toEqual(["packages/parts/package.json"])
  expect(lint).toEqual({ notApplicable: expect.any(String), aside: ["packages/plain/package.json"] })
  expect(asideOf(unit)).toEqual(["packages/parts/package.json"])
  expect(asideOf(coverage)).toEqual(["packages/parts/package.json"])
  expect(withAside(own, [])).toEqual(own)
})

test("tests whose runner nobody knows are not looked at either", () => {
  const parts = {
    manifest: "packages/parts/package.json",
    compiled: false,
    checks: checks({ test: "make test" }),
  }
  expect(asideOf(withAside(checks({}), [parts]).unit)).toEqual(["packages/parts/package.json"])
})

test("the types of a member that the compiler builds have been checked with the component's", () => {
  const parts = {
    manifest: "packages/parts/package.json",
    compiled: true,
    checks: checks({}, ["tsconfig.json"]),
  }
  expect(asideOf(withAside(checks({}, ["tsconfig.json"]), [parts]).typecheck)).toBeUndefined()
})
