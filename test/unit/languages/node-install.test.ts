/** An installation: which files and scripts of a project it uses, with the real npm where npm decides. */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { describe, expect, test } from "vitest"
import { assertBuildScript, assertEngine, assertLinksInside } from "../../../src/languages/node/buildable.ts"
import { ownScriptsIn } from "../../../src/languages/node/install.ts"
import { npmReason } from "../../../src/languages/node/managers/npm.ts"
import { localPackages } from "../../../src/languages/node/managers/npm-lock.ts"
import { withoutScripts } from "../../../src/languages/node/manifest.ts"
import { ignoresScripts, npmSettings } from "../../../src/languages/node/npmrc.ts"

const file = "api/package.json"
/** As `.npmrc` names a variable. */
const variable = "$" + "{NPM_TOKEN}"
const scripts = { build: "tsc", postinstall: "patch-package", prepare: "husky" }

describe("the project's own scripts of an installation", () => {
  test("G02 R10 those that may change packages run among the sources, in npm's order", () => {
    expect(ownScriptsIn(scripts, false)).toEqual({ install: ["postinstall"], prepare: ["prepare"] })
    const all = { postinstall: "c", install: "b", preinstall: "a" }
    expect(ownScriptsIn(all, false).install).toEqual(["preinstall", "install", "postinstall"])
  })

  test("G09 an installation of packages runs none of them", () => {
    const manifest = JSON.stringify({ name: "api", version: "1.0.0", scripts, dependencies: { a: "1" } })
    expect(JSON.parse(withoutScripts(manifest, ["postinstall", "prepare"], file))).toEqual({
      name: "api",
      version: "1.0.0",
      scripts: { build: "tsc" },
      dependencies: { a: "1" },
    })
  })

  test("a manifest without such scripts stays as it is, byte for byte: nothing is installed again", () => {
    const manifest = '{ "name":"api",\n "scripts":{"build":"tsc"} }'
    expect(withoutScripts(manifest, ["postinstall", "prepare"], file)).toBe(manifest)
  })

  test("G18 .npmrc switches them off", () => {
    expect(ownScriptsIn(scripts, ignoresScripts("ignore-scripts=true\n"))).toEqual({
      install: [],
      prepare: [],
    })
    expect(ignoresScripts("ignore-scripts = true")).toBe(true)
    expect(ignoresScripts("ignore-scripts")).toBe(true)
    expect(ignoresScripts("ignore-scripts=true\nignore-scripts=false")).toBe(false)
    expect(ignoresScripts("# ignore-scripts=true")).toBe(false)
  })
})

describe("the settings of .npmrc", () => {
  test("G18 settings count, and credentials reach no layer", () => {
    const text = [
      ...[
        "# _authToken=commented",
        "; x",
        "legacy-peer-deps=true",
        " engine-strict = true ",
        "@acme:registry=https://npm.acme.dev/",
      ],
      ...[
        "//npm.acme.dev/:_authToken=npm_secret",
        "//npm.acme.dev/:_auth=c2VjcmV0",
        "_password=c2VjcmV0",
        "_auth = x",
      ],
      ...[
        "//npm.acme.dev/:username=me",
        "email=me@acme.dev",
        'key="-----BEGIN"',
        "certfile=/a",
        "otp=123456",
      ],
      ...["registry=https://me:pw@npm.acme.dev/", "proxy=http://me:pw@proxy:3128", `x=${variable}`],
      "fund",
    ].join("\r\n")
    expect(npmSettings(text)).toBe(
      "legacy-peer-deps=true\nengine-strict = true\n@acme:registry=https://npm.acme.dev/\nfund\n",
    )
  })
})

describe("a package from beside the component", () => {
  test.each([
    [
      "as a version, in a lock file of version 1",
      { lockfileVersion: 1, dependencies: { s: { version: "file:../s" } } },
    ],
    [
      "by a detour",
      {
        lockfileVersion: 3,
        packages: { "node_modules/s": { version: "1.0.0", resolved: "file:vendor/../../s.tgz" } },
      },
    ],
  ])("sibling of R1: named %s is refused", (_, lock) => {
    expect(() => assertLinksInside(JSON.stringify(lock), "lock")).toThrow(/leads out of the component/)
  })

  test("sibling of R1: version 1 names archives and directories of the component", () => {
    const dependencies = {
      a: { version: "file:vendor/a-1.0.0.tgz" },
      b: { version: "file:packages/b", dev: true },
    }
    expect(localPackages(JSON.stringify({ lockfileVersion: 1, dependencies }), "lock")).toEqual([
      { path: "vendor/a-1.0.0.tgz", kind: "archive", production: true },
      { path: "packages/b", kind: "directory", production: false },
    ])
  })
})

test("sibling of G18: a credential under a key in quotes, or an old name, reaches no layer", () => {
  const text = [
    `"_authToken"=x`,
    `'//r.example.org/:_authToken'=x`,
    "authToken=x",
    "//r.example.org/:token=x",
    "fund=false",
  ]
  expect(npmSettings(text.join("\n"))).toBe("fund=false\n")
})

describe("what is refused before anything is built", () => {
  test("R1 a package from beside the component", () => {
    const lock = JSON.stringify({
      packages: {
        "": {},
        "../shared": { version: "1.0.0" },
        "node_modules/shared": { resolved: "../shared", link: true },
      },
    })
    expect(() => assertLinksInside(lock, "api/package-lock.json")).toThrow(
      /CONFIG_INVALID: a package leads out of the component: \.\.\/shared/,
    )
  })

  test("sibling of R1: a directory or an archive of the component is a package; archives from outside are refused", () => {
    const packages = {
      "packages/a": {},
      "node_modules/a": { resolved: "packages/a", link: true },
      "node_modules/t": { resolved: "tools/t", link: true, dev: true },
      "node_modules/v": { version: "1.0.0", resolved: "file:vendor/v-1.0.0.tgz" },
      "node_modules/r": { version: "1.0.0", resolved: "https://registry.example.org/r/-/r-1.0.0.tgz" },
    }
    const lock = JSON.stringify({ packages })
    expect(() => assertLinksInside(lock, "lock")).not.toThrow()
    expect(localPackages(lock, "lock")).toEqual([
      { path: "packages/a", kind: "directory", production: true },
      { path: "tools/t", kind: "directory", production: false },
      { path: "vendor/v-1.0.0.tgz", kind: "archive", production: true },
    ])
    const outside = { packages: { "node_modules/v": { resolved: "file:../v-1.0.0.tgz" } } }
    expect(() => assertLinksInside(JSON.stringify(outside), "lock")).toThrow(/leads out of the component/)
    expect(localPackages('{"lockfileVersion":1,"dependencies":{}}', "lock")).toEqual([])
  })

  test("X5 a build script that is missing", () => {
    const component = { path: "api", scripts: { build: "compile" } } as never
    const missing = () =>
      assertBuildScript({ name: "api", component }, { scripts: { test: "vitest" } }, false)
    expect(missing).toThrow(/CONFIG_INVALID: api\/package\.json has no script "compile"/)
    expect(missing).toThrow(/its scripts are test/)
    expect(() => assertBuildScript({ name: "api", component }, { scripts: {} }, true)).not.toThrow()
  })

  test("R4 a Node that package.json does not run on", async () => {
    const place = { name: "api", tool: "nodeSlim", path: "api" }
    await expect(assertEngine("22.x", "24.9.0", place)).rejects.toThrow(
      /CONFIG_INVALID: api does not run on Node 24\.9\.0[\s\S]*it asks for 22\.x[\s\S]*tools\.nodeSlim/,
    )
    for (const range of [">=20", "^24", "24.x || 26", "*"])
      await expect(assertEngine(range, "24.9.0", place)).resolves.toBeUndefined()
  })

  test("R3 a lock file without the entry of a native package is named by npm's own words", () => {
    const words = [
      "npm error code EUSAGE",
      "npm error Missing: lightningcss-linux-x64-gnu@1.30.0 from lock file",
      "npm error Clean install a project",
      "npm error Usage:",
      ...Array(9).fill("npm error Options:"),
    ]
    expect(npmReason(words)?.join("\n")).toContain(
      "Missing: lightningcss-linux-x64-gnu@1.30.0 from lock file",
    )
  })
})

/** A project whose one package is in it: npm needs no network. */
function project(manifest: object) {
  const path = mkdtempSync(join(tmpdir(), "install-"))
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  write("package.json", JSON.stringify({ name: "api", version: "1.0.0", ...manifest }))
  const root = { name: "api", version: "1.0.0" }
  write(
    "package-lock.json",
    JSON.stringify({ ...root, lockfileVersion: 3, requires: true, packages: { "": root } }),
  )
  const npm = (...args: readonly string[]) =>
    spawnSync("npm", [...args, "--offline", "--no-audit", "--no-fund"], { cwd: path, encoding: "utf8" })
  return { path, write, npm, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

describe("with npm itself", () => {
  test("G09 the stripped manifest installs where the project's own prepare cannot run", () => {
    const manifest = { scripts: { prepare: "no-such-program-of-husky" } }
    using api = project(manifest)
    expect(api.npm("ci", "--omit=dev").status).not.toBe(0)
    const text = readFileSync(join(api.path, "package.json"), "utf8")
    api.write("package.json", withoutScripts(text, ["prepare"], file))
    expect(api.npm("ci", "--omit=dev")).toMatchObject({ status: 0 })
  })

  test("G02 a script runs by its name, without those before and after it, although .npmrc is the same", () => {
    const write = (name: string) => `node -e "require('fs').writeFileSync('${name}','')"`
    using api = project({
      scripts: { preinstall: write("pre"), install: write("own"), postinstall: write("post") },
    })
    expect(api.npm("run", "--silent", "--ignore-scripts", "install").status).toBe(0)
    expect(["pre", "own", "post"].map((name) => existsSync(join(api.path, name)))).toEqual([
      false,
      true,
      false,
    ])
  })

  test("G18 npm takes the settings, and nothing else is left of the credentials", () => {
    using api = project({ scripts: { preinstall: "exit 1" } })
    api.write(".npmrc", npmSettings(`ignore-scripts=true\n//npm.acme.dev/:_authToken=${variable}\n`))
    expect(api.npm("ci")).toMatchObject({ status: 0 })
  })
})
