/** What the files of a component in Go tell. */
import { describe, expect, test } from "vitest"
import { isMain } from "../../../src/languages/go/buildable.ts"
import { checksOf, type GoFiles } from "../../../src/languages/go/checks.ts"
import { detect } from "../../../src/languages/go/detect.ts"
import { flagsOf, packageOf } from "../../../src/languages/go/image.ts"
import { isManifest, ownGoFiles } from "../../../src/languages/go/inputs.ts"
import { downloadedModules, readModuleFile, withoutSum } from "../../../src/languages/go/module-file.ts"
import { goReason } from "../../../src/languages/go/reason.ts"
import { assertVersion, compareGo } from "../../../src/languages/go/version.ts"

const manifest = `module example.org/shop // the shop

go 1.25.3
toolchain go1.26.8

require (
	example.com/a v1.2.0
	example.com/b/v2 v2.0.1 // indirect
)
require "example.com/c" v0.1.0

replace example.com/a => example.com/fork v1.2.1
replace (
	example.com/c v0.1.0 => ./c
)
`
const read = (text: string) => readModuleFile(text, "service/go.mod")

describe("go.mod", () => {
  test("has module, versions with their lines, and what is downloaded after replacements", () => {
    const file = read(manifest)
    expect(file.module).toBe("example.org/shop")
    expect(file.asked).toEqual([
      { directive: "go", version: "1.25.3", line: 3 },
      { directive: "toolchain", version: "go1.26.8", line: 4 },
    ])
    expect(downloadedModules(file)).toEqual([
      { path: "example.com/fork", version: "v1.2.1", line: 7 },
      { path: "example.com/b/v2", version: "v2.0.1", line: 8 },
    ])
  })

  test("of a workspace has the directories that it uses", () => {
    expect(read("go 1.25\nuse (\n\t./api\n\t./shared // both\n)\nuse .\n").used).toEqual([
      { directory: "./api", line: 3 },
      { directory: "./shared", line: 4 },
      { directory: ".", line: 6 },
    ])
  })

  test.each([
    ["require (\n\ta v1\n", /the block require \( has no end/],
    ["replace a =>\n", /replace a => is no replacement/],
  ])("%j is told as what it is", (text, why) => {
    expect(() => read(text)).toThrow(why)
  })

  test("modules of which go.sum has no hash are known before anything is downloaded", () => {
    const needed = downloadedModules(read(manifest))
    const sums = "example.com/fork v1.2.1 h1:a=\nexample.com/fork v1.2.1/go.mod h1:b=\n"
    expect(withoutSum(needed, sums).map(({ path }) => path)).toEqual(["example.com/b/v2"])
    expect(withoutSum(needed, `${sums}example.com/b/v2 v2.0.1/go.mod h1:c=\n`)).toEqual([])
    expect(withoutSum(needed, sums.replaceAll("1.2.1", "1.2.0"))).toHaveLength(2)
  })
})

describe("versions of Go", () => {
  test.each([
    ["1.21", "1.21rc1", -1],
    ["1.21rc2", "1.21.0", -1],
    ["1.26.8", "1.26.8", 0],
    ["go1.26.10", "1.26.9", 1],
    ["1.9", "1.26", -1],
  ])("%s against %s", (a, b, sign) => {
    expect(Math.sign(compareGo(a, b))).toBe(sign)
  })

  test("one that the toolbox lacks is told with the line that asks for it", () => {
    const { asked } = read(manifest)
    const about = { name: "shop", file: "service/go.mod" }
    expect(() => assertVersion(asked, "1.26.8", about)).not.toThrow()
    expect(() => assertVersion(asked, "1.26.1", about)).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        detail: expect.objectContaining({ where: "service/go.mod:4: toolchain go1.26.8" }),
      }),
    )
  })
})

describe("sources", () => {
  test("are a project's own files: no vendored one, no test data, none that Go passes over", () => {
    const paths = ["main.go", "a/b.go", "vendor/x/x.go", "a/testdata/bad.go", "_old/o.go", "a/.x.go", "a.txt"]
    expect(ownGoFiles(paths)).toEqual(["main.go", "a/b.go"])
    expect(["go.mod", "api/go.sum", "go.work", "api/go.work", "vendor/x/go.mod"].filter(isManifest)).toEqual([
      "go.mod",
      "api/go.sum",
      "go.work",
    ])
  })

  test.each([
    ["package main\n", true],
    ["// Command x.\npackage main // here\n", true],
    ["/* package main */\npackage shop\n", false],
    ["//go:build ignore\n\npackage main\n", false],
    ["package mainline\n", false],
  ])("%j is a main package: %s", (text, is) => {
    expect(isMain(text)).toBe(is)
  })

  test("the program is built from a directory, never from a module of that name", () => {
    expect(["cmd/x", "./cmd/x", "."].map(packageOf)).toEqual(["./cmd/x", "./cmd/x", "."])
    expect(flagsOf(["prod", "netgo"])).toEqual([
      "-trimpath",
      "-buildvcs=false",
      "-ldflags=-s -w -buildid=",
      "-tags=prod,netgo",
    ])
  })
})

describe("checks", () => {
  const files: GoFiles = {
    project: { modules: [{ directory: ".", place: "go.mod", file: read(manifest) }] },
    names: ["go.mod", "main.go"],
    sources: ["main.go"],
    go: "1.26.8",
    tags: [],
  }
  const workspace = ["api", "shared"].map((directory) => ({ directory, place: "", file: read(manifest) }))

  test("the compiler, go vet with gofmt, and one run of the tests for both", () => {
    const { typecheck, lint, unit, coverage } = checksOf(files)
    expect(typecheck).toMatchObject({ command: ["go", "build", "-o", "/dev/null", "./..."] })
    expect(lint).toMatchObject({
      command: ["go", "vet", "./..."],
      more: [{ command: ["gofmt", "-d", "main.go"], judged: [0, 1, 2] }],
    })
    expect("command" in unit && "command" in coverage && unit.command).toEqual(
      "command" in coverage && coverage.command,
    )
    expect(coverage).toMatchObject({ report: { format: "go-cover", path: "cover.out" } })
  })

  test("name every module of a workspace, and the build tags", () => {
    const { unit } = checksOf({ ...files, project: { modules: workspace }, tags: ["prod"] })
    expect("command" in unit ? unit.command.slice(5) : []).toEqual([
      "-coverpkg=./api/...,./shared/...",
      "-tags=prod",
      "./api/...",
      "./shared/...",
    ])
  })

  test("of a linter that is configured and not there, nothing is passed over", () => {
    expect(checksOf({ ...files, names: [".golangci.yml"] }).lint).toEqual({
      undetermined: ".golangci.yml configures golangci-lint, which the toolbox does not have",
    })
    expect(checksOf({ ...files, sources: [] }).unit).toEqual({ notApplicable: "no Go file" })
  })
})

test("why a build failed is said by its places, not by its last lines", () => {
  const lines = [
    "go: downloading example.com/a v1.2.0",
    "# example.org/shop/gate",
    "gate/gate.go:31:11: undefined: nothing",
    "\thave (string)",
    "note: module requires Go 1.27",
  ]
  expect(goReason(lines)).toEqual(["gate/gate.go:31:11: undefined: nothing", "\thave (string)"])
  expect(goReason(["exit status 1"])).toBeNull()
})

describe("detection", () => {
  const tree = (files: Readonly<Record<string, string>>) => ({
    paths: Object.keys(files),
    read: async (path: string) => files[path] ?? "",
  })
  const serving =
    'package main\nfunc main() { http.HandleFunc("/healthz", ok); http.ListenAndServe(":9090", nil) }\n'

  test("a module with a server, its port and its health path are told with their places", async () => {
    const found = await detect(
      tree({
        "svc/go.mod": "module example.org/shop\n",
        "svc/cmd/migrate/main.go": "package main\n",
        "svc/cmd/shop/main.go": serving,
      }),
    )
    expect(found).toEqual([
      {
        path: "svc",
        because: "svc/go.mod, and svc/cmd/shop/main.go is a main package, and no component: cmd/migrate",
        settings: [
          { setting: "main", value: "./cmd/shop", because: "svc/cmd/shop/main.go: package main" },
          { setting: "port", value: 9090, because: 'svc/cmd/shop/main.go: ":9090"' },
          { setting: "health", value: "/healthz", because: "svc/cmd/shop/main.go: /healthz" },
        ],
      },
    ])
  })

  test("a library is none, and a workspace is one component with all of its modules", async () => {
    expect(await detect(tree({ "go.mod": "module a\n", "a.go": "package a\n" }))).toEqual([])
    const found = await detect(
      tree({
        "go.work": "go 1.25\nuse ./api\nuse ./lib\n",
        "api/go.mod": "module a\n",
        "lib/go.mod": "module b\n",
        "api/main.go": serving,
      }),
    )
    expect(found.map(({ path, settings }) => [path, settings[0]?.value])).toEqual([[".", "./api"]])
  })
})
