/** What is the source of a build: everything that is committed, complete, with the project's own scripts and settings. */
import { createHash } from "node:crypto"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest"
import { finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"
import { git } from "./support/repository.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

let parts: Project

beforeAll(async () => {
  parts = await project("parts-staging", "parts")
})
afterAll(() => parts[Symbol.asyncDispose]())

// Each test begins with the files of the fixture.
beforeEach(async () => {
  await git(parts.files.path, "checkout", "--quiet", "--force", "main")
  await git(parts.files.path, "clean", "--quiet", "--force", "-d", "-x")
})

const root = "/usr/share/nginx/html"

async function read(component: string, path: string): Promise<string> {
  const outcome = await parts.call([
    "build",
    "--component",
    component,
    "container",
    "file",
    "--path",
    path,
    "contents",
  ])
  expect(finalError(outcome)).toBe("")
  return outcome.stdout
}

async function listed(component: string, path: string): Promise<string[]> {
  const of = ["build", "--component", component, "container", "directory", "--path", path]
  const outcome = await parts.call([...of, "glob", "--pattern", "**"])
  expect(finalError(outcome)).toBe("")
  return outcome.stdout.trim().split("\n")
}

const change = async (file: string, edit: (value: { readonly scripts: Record<string, string> }) => object) =>
  parts.write({ [file]: JSON.stringify(edit(JSON.parse(await parts.files.read(file)))) })

const entry = async (path: string) =>
  parts.write({
    "signalbox.yaml": (await parts.files.read("signalbox.yaml")).replace(
      "entry: dist/server.js",
      `entry: ${path}`,
    ),
  })

describe("what a build gets", () => {
  it("G03 R5 committed files, whatever their names are", async () => {
    await parts.write({
      "site/.env.production": "VITE_API_URL=https://api.example.org\n",
      "site/public/vendor/lib/dist/lib.js": "1\n",
      "site/public/access.log": "log\n",
    })
    expect(await read("site", `${root}/index.html`)).toContain("https://api.example.org")
    const files = await listed("site", root)
    expect(files).toEqual(expect.arrayContaining(["vendor/lib/dist/lib.js", "access.log"]))
  })

  it("G20 nothing that git ignores, unless it is committed", async () => {
    await parts.write({
      ".gitignore": "*.local\n",
      "site/public/a.local": "a\n",
      "site/public/b.local": "b\n",
    })
    await git(parts.files.path, "add", "--force", "site/public/a.local")
    const files = await listed("site", root)
    expect(files).toContain("a.local")
    expect(files).not.toContain("b.local")
  })

  it("X7 the same image for ./dist/server.js as for dist/server.js", async () => {
    await entry("./dist/server.js")
    await parts.write({ "api/notes.txt": "not in the image\n" })
    expect((await listed("api", "/app")).sort()).toEqual(["dist/", "dist/server.js", "package.json"])
  })

  it("G15 the sources of a service whose entry is among them", async () => {
    await entry("src/server.js")
    const files = await listed("api", "/app")
    expect(files).toEqual(expect.arrayContaining(["src/server.js", "package.json"]))
  })

  it("R9 files that a service reads beside what the build writes", async () => {
    await parts.write({
      "api/views/index.html": "<p>\n",
      "signalbox.yaml": (await parts.files.read("signalbox.yaml")).replace(
        "entry: dist/server.js",
        "entry: dist/server.js, files: [views]",
      ),
    })
    expect(await listed("api", "/app")).toEqual(
      expect.arrayContaining(["views/index.html", "dist/server.js"]),
    )
  })

  it("G02 G09 what the project's own install scripts change, without prepare in the installation", async () => {
    const script =
      "require('fs').appendFileSync('src/server.js', require('fs').readFileSync('patches/a.txt'))"
    await change("api/package.json", (manifest) => ({
      ...manifest,
      scripts: {
        ...manifest.scripts,
        postinstall: `node -e "${script}"`,
        prepare: "node -e \"if (!require('fs').existsSync('src')) process.exit(1)\"",
      },
    }))
    await parts.write({ "api/patches/a.txt": "// patched\n" })
    expect(await read("api", "/app/dist/server.js")).toContain("// patched")
  })

  it("G18 the settings of .npmrc, without its credentials", async () => {
    await change("api/package.json", (manifest) => ({
      ...manifest,
      scripts: { ...manifest.scripts, preinstall: "exit 1" },
    }))
    await parts.write({ "api/.npmrc": "ignore-scripts=true\n//npm.acme.dev/:_authToken=not-in-a-layer\n" })
    await entry("src/server.js")
    const files = await listed("api", "/app")
    expect(files).toContain("src/server.js")
    expect(files).not.toContain(".npmrc")
  })
})

describe("what is refused before anything is built", () => {
  const content = "<svg/>\n"
  const oid = createHash("sha256").update(content).digest("hex")
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`
  const sizes = () => parts.call(["build", "sizes"])

  it("G06 Git LFS pointers", async () => {
    await parts.write({ ".gitattributes": "*.svg filter=lfs diff=lfs merge=lfs -text\n" })
    expect(finalError(await sizes())).toBe("")
    await parts.write({ "site/public/logo.svg": pointer })
    const refused = await sizes()
    expect(refused.code).toBe(13)
    expect(finalError(refused)).toMatch(
      /SOURCE_INCOMPLETE: files of site are Git LFS pointers: public\/logo\.svg/,
    )
  })

  it("sibling of C23: empty submodules", async () => {
    await parts.write({ ".gitmodules": '[submodule "lib"]\n\tpath = api/lib\n\turl = ../lib.git\n' })
    await mkdir(join(parts.files.path, "api/lib"))
    const refused = await sizes()
    expect(refused.code).toBe(13)
    expect(finalError(refused)).toMatch(/SOURCE_INCOMPLETE: submodules of api are empty: api\/lib/)
  })

  it("X5 a build script that does not exist", async () => {
    await change("site/package.json", (manifest) => ({ ...manifest, scripts: { test: "true" } }))
    const refused = await sizes()
    expect(refused.code).toBe(13)
    expect(finalError(refused)).toMatch(/site\/package\.json has no script "build"/)
  })

  it("sibling of X5: none is needed where the static files are source", async () => {
    await change("site/package.json", (manifest) => ({ ...manifest, scripts: {} }))
    await parts.write({ "site/dist/index.html": "<p>as it is</p>\n" })
    expect(await read("site", `${root}/index.html`)).toBe("<p>as it is</p>\n")
  })
})

it("G04 G10 X1 the built-in nginx serves what generators write", async () => {
  await parts.write({
    "site/public/docs/index.html": "docs\n",
    "site/public/.well-known/security.txt": "sec\n",
  })
  const configuration = await read("site", "/etc/nginx/nginx.conf")
  const script = createHash("sha256").update('document.title="alive"').digest("base64")
  expect(configuration).toContain(`script-src 'self' 'sha256-${script}'`)
  const of = ["build", "--component", "site", "container"]
  const check = await parts.call([...of, "with-exec", "--args", "nginx,-t", "combined-output"])
  expect(check.stdout).toContain("test is successful")
})
