/** The parts of the gate `dependencies` that need no scanner: which files are lock files, lines, severities, thresholds. */
import { describe, expect, test } from "vitest"
import { isForDevelopment } from "../../../../src/gates/dependencies/development.ts"
import { lineFinder } from "../../../../src/gates/dependencies/lines.ts"
import { lockFilesIn, withSums } from "../../../../src/gates/dependencies/lock-files.ts"
import { ledAway, ledTo, pinnedIn, unpinnedIn } from "../../../../src/gates/dependencies/requirements.ts"
import { brokenFile } from "../../../../src/gates/dependencies/scan/main.ts"
import { dependenciesSettings, stricterDependencies } from "../../../../src/gates/dependencies/settings.ts"
import { severityOf } from "../../../../src/gates/dependencies/severity.ts"
import { compareVersions } from "../../../../src/gates/dependencies/versions.ts"

describe("lock files", () => {
  const formsOf = (...paths: readonly string[]) => lockFilesIn(paths, []).files.map(({ form }) => form)

  test.each([
    ["web/package-lock.json", "package-lock.json"],
    ["npm-shrinkwrap.json", "package-lock.json"],
    ["requirements.txt", "requirements.txt"],
    ["requirements-dev.txt", "requirements.txt"],
    ["dev-requirements.txt", "requirements.txt"],
    ["Requirements_prod.TXT", "requirements.txt"],
    ["requirements/base.txt", "requirements.txt"],
    ["a/b/go.mod", "go.mod"],
  ])("%s is one", (path, form) => {
    expect(formsOf(path)).toEqual([form])
  })

  test.each([
    "requirements.md",
    "my-package-lock.json",
    "requirementsguide.txt",
    "notes.txt",
    "go.sum",
    "toString",
  ])("%s is none", (path) => {
    expect(formsOf(path)).toEqual([])
  })

  test.each([
    ...["bun.lockb", "pylock.toml", "pylock.dev.toml", "settings-gradle.lockfile", "conda-lock.yaml"],
    ...["gradle/dependency-locks/compileClasspath.lockfile", "stack.yaml.lock", "a/packages.config"],
    ...["renv.lock", "cabal.project.freeze"],
  ])("%s is one that nobody reads: it refuses", (path) => {
    const { files, notLooked } = lockFilesIn([path], [])
    expect([files, notLooked]).toMatchObject([[], [{ file: path, refuses: true }]])
  })

  test("what is only called alike is none that nobody reads", () => {
    const paths = ["lockfile", "pylock.md", "packages.config.js", "package-lock.json.bak"]
    expect(lockFilesIn(paths, []).notLooked).toEqual([])
  })

  test("a requirement file is for development by its name, and not by its directory", () => {
    const isDevelopment = (path: string) => lockFilesIn([path], []).files[0]?.development
    expect(
      ["requirements-dev.txt", "requirements/test.txt", "lint-requirements.txt"].map(isDevelopment),
    ).toEqual([true, true, true])
    expect(
      ["dev/requirements.txt", "requirements.txt", "requirements-device.txt", "test/package-lock.json"].map(
        isDevelopment,
      ),
    ).toEqual([false, false, false, false])
  })

  test("a directory that is left out leaves out what is below it, and no other that begins alike", () => {
    const leftOut = [{ path: "./samples/", reason: "test data" }]
    const { files, notLooked, idle } = lockFilesIn(["samples/a/go.mod", "samples-of-ours/go.mod"], leftOut)
    expect([files.map(({ file }) => file), notLooked.map(({ file }) => file), idle]).toEqual([
      ["samples-of-ours/go.mod"],
      ["samples/a/go.mod"],
      [],
    ])
  })
})

test("a go.mod is scanned with the go.sum beside it, where the scanner finds what its modules need", () => {
  const files = [{ file: "go.mod" }, { file: "a/go.mod" }, { file: "b/yarn.lock" }]
  const paths = ["go.mod", "go.sum", "a/go.mod", "b/yarn.lock", "b/go.sum"]
  expect(withSums(files, paths)).toEqual(["go.mod", "go.sum", "a/go.mod", "b/yarn.lock"])
})

describe("the line of a package", () => {
  test.each([
    [
      "npm",
      '{\n "packages": {\n  "": { "dependencies": { "ws": "1.0.0" } },\n  "node_modules/ws": {\n   "version": "1.0.0"\n  }\n }\n}',
      "ws",
      "1.0.0",
      4,
    ],
    [
      "another version of it first",
      '"node_modules/a/node_modules/ws": {\n"version": "2.0.0"\n},\n"node_modules/ws": {\n"version": "1.0.0"\n',
      "ws",
      "1.0.0",
      4,
    ],
    [
      "a longer name first",
      '"node_modules/ws-stream": {\n"version": "1.0.0"\n},\n"node_modules/ws": {\n"version": "1.0.0"\n',
      "ws",
      "1.0.0",
      4,
    ],
    ["a longer version first", "ws 1.0.0-rc.1\nws 1.0.01\nws 1.0.0", "ws", "1.0.0", 3],
    [
      "TOML",
      '[[package]]\nname = "a"\ndependencies = ["ws"]\n\n[[package]]\nname = "ws"\nversion = "1.0.0"',
      "ws",
      "1.0.0",
      6,
    ],
    ["pip, in another spelling", "# pins\nZope_Interface==5.0", "zope-interface", "5.0", 2],
    ["Go", "require (\n\tgopkg.in/yaml.v3 v3.0.0\n)", "gopkg.in/yaml.v3", "3.0.0", 2],
    ["yarn", '"ws@^1.0.0", ws@~1.0:\n  version "1.0.0"', "ws", "1.0.0", 1],
    ["pnpm", "packages:\n  ws@1.0.0:\n    resolution: {}", "ws", "1.0.0", 2],
    ["a pom", "<groupId>g</groupId>\n<artifactId>a</artifactId>\n<version>1</version>", "g:a", "1", 2],
    ["nowhere", "ws 2.0.0", "ws", "1.0.0", undefined],
  ] as const)("%s", (_, text, name, version, line) => {
    expect(lineFinder(text)(name, version)).toBe(line)
  })

  test("one line of megabytes, or a name that stands everywhere, holds nothing up", () => {
    const started = performance.now()
    expect(lineFinder('"ws":{"version":"2.0.0"},'.repeat(200_000))("ws", "1.0.0")).toBeUndefined()
    expect(lineFinder("a ".repeat(1_000_000))("a", "1.0.0")).toBeUndefined()
    expect(
      unpinnedIn(`a${" ".repeat(500_000)}x\n${"[".repeat(300_000)}\n${"; --hash=".repeat(50_000)}`),
    ).toHaveLength(3)
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})

describe("requirements", () => {
  test.each([
    "name==1.2.3",
    "name[extra] == 1.2 ; python_version < '3.9'",
    "name===1.0+local",
    "name==1.2.3 --hash=sha256:aa --hash=sha256:bb",
    "name==1.2.3 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb",
    "# name",
    "name==1.0  # why",
    "--index-url https://registry.example/simple",
    "-r other.txt",
    "-rother.txt",
    "-i https://registry.example/simple --trusted-host registry.example",
    "--pre",
    "",
  ])("%j has exact versions", (text) => {
    expect(unpinnedIn(text)).toEqual([])
  })

  test.each([
    "name",
    "name>=1.2",
    "name==1.*",
    "name~=1.4",
    "name==1.0,>0.9",
    "name @ https://host.example/a.whl",
    "-e ./lib",
    "git+https://host.example/a",
    "./a.whl",
    "--pre -r more.txt",
    "--no-index -c more.txt",
    "--index-url https://registry.example/simple --req more.txt",
    "--pre name",
  ])("%j does not", (text) => {
    expect(unpinnedIn(`# first\n${text}`)).toMatchObject([{ line: 2 }])
  })

  test("lead to addresses, in whatever form", () => {
    const text =
      "-r https://host.example/a\n--requirement=https://host.example/b\n-c https://host.example/c\n-r d"
    expect(ledAway(text)).toEqual([
      "https://host.example/a",
      "https://host.example/b",
      "https://host.example/c",
    ])
  })

  test("leads to other files, and says which of them only have versions", () => {
    const text = "-r base.txt\n--requirement=../more.in\n-c constraints.txt\n-r https://host.example/a.txt\n"
    expect(ledTo("a/b/requirements.txt", text)).toEqual([
      { file: "a/b/base.txt", constraint: false },
      { file: "a/more.in", constraint: false },
      { file: "a/b/constraints.txt", constraint: true },
    ])
    expect([...pinnedIn("Zope.Interface==5.0\nflask>=1")]).toEqual(["zope-interface"])
  })
})

test.each([
  ["9.8", [], "critical"],
  ["7.0", ["MODERATE"], "high"],
  ["5.4", ["HIGH"], "high"],
  ["3.9", [], "low"],
  ["", ["moderate"], "medium"],
  ["", ["IMPORTANT"], "high"],
  ["", [], "medium"],
  ["0.0", [], "medium"],
  ["", ["what is this"], "medium"],
] as const)(
  "score %j with the words %j is %s: the graver of both, and never harmless",
  (score, words, severity) => {
    expect(severityOf({ ids: ["GHSA-1"], score, words })).toBe(severity)
  },
)

test.each([
  ["1.9", "1.10.0", -1],
  ["1.0", "1.0.0", 0],
  ["v1.2.3", "1.2.3", 0],
  ["1.0.0-rc1", "1.0.0", -1],
  ["2.0.0", "10.0.0", -1],
] as const)("of versions, %s against %s", (one, other, order) => {
  expect(Math.sign(compareVersions(one, other))).toBe(order)
})

describe("for development", () => {
  const owner = { component: "web", path: "", lockFile: "yarn.lock", production: 1, development: 1 }
  const components = (...packages: readonly object[]) => ({
    components: { directories: [], packages: packages as never, resolved: [], errors: [] },
  })
  const lock = { file: "yarn.lock", form: "yarn.lock", development: false }
  const of = (dependencyGroups: readonly string[]) => ({ name: "ws", version: "1.0.0", dependencyGroups })

  test("is what the lock file says; what may be a part of production as well is not", () => {
    const groups = [["dev"], ["test", "lint"], ["dev", "optional"], ["main", "dev"], ["workers"]]
    expect(groups.map((one) => isForDevelopment(of(one), lock, components()))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })

  test("is not what the scanner takes for groups of uv, which are extras of some package", () => {
    expect(isForDevelopment(of(["test"]), { ...lock, form: "uv.lock" }, components())).toBe(false)
  })

  test("is what every language says whose component has the lock file", () => {
    const says = { ...owner, developmentPackages: ["ws@1.0.0"] }
    expect(isForDevelopment(of([]), lock, components(says))).toBe(true)
    expect(isForDevelopment(of([]), lock, components(says, owner))).toBe(false)
    // The component is made of it, whatever it is called.
    expect(isForDevelopment(of([]), { ...lock, development: true }, components(owner))).toBe(false)
  })
})

test("of two settings the stricter counts", () => {
  const own = dependenciesSettings.parse({
    development: { failOn: ["critical"] },
    leftOut: [
      { path: "a", reason: "r" },
      { path: "b", reason: "r" },
    ],
  })
  expect(
    stricterDependencies(own, { failOn: ["medium"], leftOut: [{ path: "b", reason: "other" }] }),
  ).toEqual({
    failOn: ["critical", "high", "medium"],
    development: { failOn: ["critical", "medium"] },
    leftOut: [{ path: "b", reason: "r" }],
  })
  expect(stricterDependencies(undefined, {})).toEqual(dependenciesSettings.parse({}))
})

test("a failure is a lock file's only where the scanner says that it could not read one", () => {
  const files = [
    { file: "a", form: "go.mod" },
    { file: "b", form: "go.mod" },
  ]
  const read = "Scanned /tree/a file as a go.mod and found 1 package\n"
  expect(brokenFile(`${read}(extracting as go/gomod) could not extract: b\n`, files, "/tree")).toMatchObject({
    file: "b",
    why: "could not extract: b",
  })
  expect(brokenFile(`${read}could not load db for Go ecosystem\n`, files, "/tree")).toBeUndefined()
})
