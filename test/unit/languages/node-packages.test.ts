/** What npm's files and words say: packages that are locked, and why an installation failed. */
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { npmReason } from "../../../src/languages/node/managers/npm.ts"
import { lockedPackages, versionsIn } from "../../../src/languages/node/managers/npm-lock.ts"
import { whyFailed } from "../../../src/toolbox/failure.ts"

const file = "apps/backend/package-lock.json"
const lock = (packages: Record<string, object>) => JSON.stringify({ packages: { "": {}, ...packages } })

test("packages are counted by version: neither workspaces nor the component itself", () => {
  const packages = {
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b": { version: "1.0.0", dev: true },
    "node_modules/b/node_modules/a": { version: "1.0.0", dev: true },
    "node_modules/w": { link: true, resolved: "packages/w" },
    "packages/w": { version: "1.0.0" },
    "node_modules/tools": { link: true, resolved: "packages/tools" },
    "packages/tools": { version: "1.0.0", dev: true },
  }
  expect(lockedPackages(lock(packages), file)).toEqual({
    ...{ production: 1, development: 1, linked: { production: 1, development: 1 } },
    developmentPaths: ["node_modules/b", "node_modules/b/node_modules/a"],
  })
  expect(lockedPackages(lock({ "node_modules/x": { dev: true } }), file)).toMatchObject({ production: 0 })
})

test("R7 a lock file of version 1 is read: its packages are counted, and their versions known", () => {
  const text = readFileSync("test/recorded/npm/lock-version-1.json", "utf8")
  expect(lockedPackages(text, file)).toMatchObject({ production: 1, development: 1 })
  expect(versionsIn(text, file)("minimist")).toBe("1.2.0")
})

test("sibling of R7: packages of version 1 that lie below others are counted, and one without any is empty", () => {
  const inner = { b: { version: "2.0.0", dependencies: { c: { version: "3.0.0", dev: true } } } }
  const text = JSON.stringify({
    lockfileVersion: 1,
    dependencies: { a: { version: "1.0.0", dependencies: inner } },
  })
  expect(lockedPackages(text, file)).toMatchObject({ production: 2, development: 1 })
  expect(versionsIn(text, file)("b")).toBeUndefined()
  expect(lockedPackages('{"lockfileVersion":1}', file)).toMatchObject({ production: 0, development: 0 })
})

test.each([
  "",
  "{",
  "{}",
  '{"packages":[]}',
  '{"lockfileVersion":3}',
  '{"lockfileVersion":1,"dependencies":[]}',
])("a lock file that is %j cannot be read, and is named", (text) => {
  expect(() => lockedPackages(text, file)).toThrow(new RegExp(`CONFIG_INVALID: ${file} cannot be read`))
})

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
