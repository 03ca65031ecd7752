/** What npm's files and words say: packages for production, and why an installation failed. */
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { npmReason } from "../../../src/languages/node/install.ts"
import { productionPackages } from "../../../src/languages/node/manifest.ts"
import { whyFailed } from "../../../src/toolbox/failure.ts"

const file = "apps/backend/package-lock.json"
const lock = (packages: Record<string, object>) => JSON.stringify({ packages: { "": {}, ...packages } })

test("packages for production are counted: neither those for development, nor workspaces, nor the component itself", () => {
  const packages = { "node_modules/a": {}, "node_modules/b": { dev: true }, "node_modules/w": { link: true } }
  expect(productionPackages(lock(packages), file)).toBe(1)
  expect(productionPackages(lock({ "node_modules/x": { dev: true } }), file)).toBe(0)
})

test.each(["", "{", "{}", '{"packages":[]}'])(
  "a lock file that is %j cannot be read, and is named",
  (text) => {
    expect(() => productionPackages(text, file)).toThrow(new RegExp(`CONFIG_INVALID: ${file} cannot be read`))
  },
)

test("npm's own help does not hide what it found", () => {
  const stderr = readFileSync("test/recorded/npm/ci-out-of-sync.txt", "utf8")
  expect(whyFailed({ stderr }, npmReason).split("\n")).toEqual([
    "npm error code EUSAGE",
    expect.stringContaining("package-lock.json or npm-shrinkwrap.json are in sync"),
    "npm error Missing: semver@7.7.1 from lock file",
  ])
})

test("what is not npm's is left to whoever asks", () => {
  expect(
    npmReason(["error TS2345: Argument of type", "npm error Lifecycle script `build` failed"]),
  ).toBeNull()
})
