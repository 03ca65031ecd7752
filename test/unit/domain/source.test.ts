/** What the source of a call is: ignored and committed files, Git LFS pointers, submodules. */
import { createHash } from "node:crypto"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { pointersIn } from "../../../src/build/pointers.ts"
import { lfsObjectPath, lfsPointerIn, submodulePaths } from "../../../src/domain/lfs.ts"
import { isCheckoutOf } from "../../../src/domain/repository.ts"
import { ignoredPaths } from "../../../src/domain/tree.ts"
import { exactly } from "../../../src/toolbox/selection.ts"

const constructorText = readFileSync("src/index.ts", "utf8")

test("G08 R5 R6 nothing but .git and packages is left out of the source by name", () => {
  const [, list = ""] = /ignore: \[([^\]]*)\] \}\) source/.exec(constructorText) ?? []
  expect(list.split(", ")).toEqual(['".git"', '"**/node_modules"'])
})

describe("what git ignores", () => {
  const all = [".gitignore", "web/", "web/a.ts", "web/.env", "web/.env.local", "web/dist/", "web/dist/app.js"]
  const notIgnored = [".gitignore", "web/", "web/a.ts"]

  test("G20 is no source", () => {
    expect(ignoredPaths(all, notIgnored, [".gitignore", "web/a.ts"])).toEqual([
      "web/.env",
      "web/.env.local",
      "web/dist",
    ])
  })

  test("G08 is source where it is committed, whatever .gitignore says", () => {
    const committed = ["web/a.ts", "web/.env", "web/dist/app.js"]
    expect(ignoredPaths(all, notIgnored, committed)).toEqual(["web/.env.local"])
  })

  test("sibling of G20: of an ignored directory, only what is committed stays", () => {
    const paths = ["out/", "out/keep.txt", "out/a/", "out/a/b.txt", "out/c.txt"]
    expect(ignoredPaths(paths, [], ["out/keep.txt"])).toEqual(["out/a", "out/c.txt"])
  })

  test("sibling of G20: a path is left out by itself, whatever characters are in it", () => {
    expect(exactly("a[1]*?.log")).toBe("a\\[1\\]\\*\\?.log")
    expect(exactly("!important")).toBe("\\!important")
  })

  test("a repository of something else does not say what of a source is committed", () => {
    expect(isCheckoutOf(["a", "b", "c"], ["a", "x/", "x/y"])).toBe(false)
    expect(isCheckoutOf(["a", "b", "c"], ["a", "b", "d"])).toBe(true)
  })
})

describe("content that is somewhere else", () => {
  const content = "<svg/>\n"
  const oid = createHash("sha256").update(content).digest("hex")
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`

  test("G06 C23 a Git LFS pointer is recognised, and its content found in the clone", () => {
    expect(lfsPointerIn(pointer)).toEqual({ oid, size: content.length })
    expect(lfsPointerIn(pointer.replace("oid", "ext-0-foo sha256:1\noid"))).toEqual({
      oid,
      size: content.length,
    })
    expect(lfsObjectPath(oid)).toBe(`lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`)
    for (const other of ["", "version https://git-lfs.github.com/spec/v1\n", "<svg/>", `# ${pointer}`])
      expect(lfsPointerIn(other)).toBeNull()
  })

  test("G06 the pointers of a directory are listed, at any depth", () => {
    const directory = mkdtempSync(join(tmpdir(), "pointers-"))
    mkdirSync(join(directory, "public/a"), { recursive: true })
    writeFileSync(join(directory, "public/logo.svg"), pointer)
    writeFileSync(join(directory, "public/a/b.png"), pointer)
    writeFileSync(join(directory, "public/real.svg"), content)
    writeFileSync(join(directory, "about.md"), `${"x".repeat(2000)}${pointer}`)
    expect(pointersIn(directory)).toEqual(["public/a/b.png", "public/logo.svg"])
    rmSync(directory, { recursive: true })
  })

  test("sibling of C23: submodules are named by their paths", () => {
    const text = `[submodule "lib"]\n\tpath = web/vendor/lib\n\turl = ../lib.git\n[submodule "b"]\n\tpath = "with blank"\n`
    expect(submodulePaths(text)).toEqual(["web/vendor/lib", "with blank"])
  })
})
