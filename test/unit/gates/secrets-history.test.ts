/** What of a history reaches gitleaks, with a real git. What gitleaks finds in it: test/engine/gates-secrets.test.ts. */

import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { tagArguments } from "../../../src/gates/secrets/refs.ts"
import { problemsIn } from "../../../src/gates/secrets/scan/log.ts"
import { recorded } from "./recorded.ts"
import { found, fragmentsOf, inventedToken, patchOf, Repository, textsOf } from "./support/planted.ts"

const searched = (repository: Repository, token: string, ...revisions: string[]) =>
  found(
    fragmentsOf(patchOf(repository.path, ...(revisions.length > 0 ? revisions : ["HEAD"])).patch).fragments,
    token,
  )

describe("the history that is searched", () => {
  test("has the messages of tags, also of a release that is a merge", () => {
    using repository = new Repository()
    const tokens = [inventedToken(), inventedToken()]
    repository.write("a.txt", "a\n")
    repository.commit("start")
    repository.git("tag", "--annotate", "v1.0.0", "--message", `first ${tokens[0]}`)
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.write("b.txt", "b\n")
    repository.commit("topic")
    repository.git("checkout", "--quiet", "-")
    repository.write("c.txt", "c\n")
    repository.commit("meanwhile")
    repository.git("merge", "--quiet", "--no-ff", "--message", "merge", "topic")
    repository.git("tag", "--annotate", "v1.1.0", "--message", `second ${tokens[1]}`)
    const output = join(repository.path, ".git", "messages")
    expect(repository.git(...tagArguments(output, ["v1.0.0", "v1.1.0"])).trim()).toBe("")
    const messages = readFileSync(output, "utf8")
    for (const token of tokens) expect(messages).toContain(token)
    expect(messages).not.toContain("diff")
  })

  test("G01 git that does not find an object ends with an error, and no part of the history counts", () => {
    using repository = new Repository()
    repository.write("a.txt", "a\n")
    repository.commit("start")
    const blob = repository.git("rev-parse", "HEAD:a.txt").trim()
    rmSync(join(repository.path, ".git/objects", blob.slice(0, 2), blob.slice(2)))
    const { status, stderr } = patchOf(repository.path, "HEAD")
    expect(status).toBe(128)
    expect(stderr).toMatch(/^fatal: /)
  })

  test("sibling of G01: whatever gitleaks logs beside its count is a problem", () => {
    expect(problemsIn(recorded("gitleaks/cut-short.stderr"))).toEqual([
      '3:51PM ERR failed scan directory error="context deadline exceeded"',
      "3:51PM WRN scanned ~756784 bytes (756.78 KB)",
      "3:51PM WRN partial scan completed in 944ms",
      "3:51PM WRN no leaks found in partial scan",
    ])
    for (const complete of ["clean-directory", "finding-in-directory", "clean-history", "finding-in-history"])
      expect(problemsIn(recorded(`gitleaks/${complete}.stderr`))).toEqual([])
    expect(problemsIn("10:16AM WRN skipping file: too large path=a")).toHaveLength(1)
  })

  test.each([
    ...["src/a.ts", "src/config.v2", "src/a.bin", "src/x.svg", "src/x.pdf", "package-lock.json", "yarn.lock"],
    ...[".gitleaks.toml", "gitleaks.toml", "vendor/node_modules/a/b.js", 'an "odd" näme\t.txt'],
  ])("V09 c) %s is searched, under a name that no allow list knows", (file) => {
    using repository = new Repository()
    const token = inventedToken()
    repository.write(file, `first\nconst t = "${token}"\n`)
    const commit = repository.commit("a file")
    expect(searched(repository, token)).toEqual([{ file, line: 2, commit }])
    const { written } = textsOf(fragmentsOf(patchOf(repository.path, "HEAD").patch).fragments)
    for (const { name } of written) expect(name).toMatch(/^0\/\d+\.txt$/)
  })

  test("V09 c) a guess by entropy does not count in a lock file, every other rule does", () => {
    using repository = new Repository()
    repository.write("package-lock.json", "x marks the spot\n")
    repository.commit("a lock file")
    const { fragments } = fragmentsOf(patchOf(repository.path, "HEAD").patch)
    expect(found(fragments, "x marks", "generic-api-key")).toEqual([])
    expect(found(fragments, "x marks", "github-pat")).toHaveLength(1)
  })

  test("sibling of V09: rules that ask for an extension still see it", () => {
    using repository = new Repository()
    for (const file of ["a.tf", "b.yaml", "c.p12", "d/NuGet.config", "e.php"]) repository.write(file, "x\n")
    repository.commit("files")
    const { written } = textsOf(fragmentsOf(patchOf(repository.path, "HEAD").patch).fragments)
    const ends = written.map(({ name }) => name.slice(name.indexOf(".")))
    expect(ends.sort()).toEqual([".nuget.config", ".p12", ".php", ".tf", ".txt", ".yaml"])
  })

  test("sibling of V09: attributes of the tree hide nothing", () => {
    using repository = new Repository()
    const token = inventedToken()
    repository.write(".gitattributes", "a.txt binary\nb.txt -diff\n")
    repository.write("a.txt", `${token}\n`)
    repository.write("b.txt", `${token}\n`)
    repository.commit("attributes")
    expect(searched(repository, token).map(({ file }) => file)).toEqual(["a.txt", "b.txt"])
  })

  test.each([
    ["R2 UTF-16LE", (text: string) => Buffer.from(`\ufeff${text}`, "utf16le")],
    ["sibling of R2: UTF-16BE", (text: string) => Buffer.from(`\ufeff${text}`, "utf16le").swap16()],
    ["sibling of R2: UTF-16LE without a mark", (text: string) => Buffer.from(text, "utf16le")],
    [
      "sibling of R2: UTF-32LE",
      (text: string) => Buffer.from([...text].flatMap((c) => [c.charCodeAt(0), 0, 0, 0])),
    ],
    [
      "sibling of R2: text in a binary file",
      (text: string) => Buffer.from(`\x7fELF\0\0\xff\n\0${text}\0`, "latin1"),
    ],
  ])("%s", (_, encode) => {
    using repository = new Repository()
    const token = inventedToken()
    repository.write("secret", encode(`first\r\nt = "${token}"\r\n`))
    const commit = repository.commit("encoded")
    expect(searched(repository, token)).toEqual([{ file: "secret", line: expect.any(Number), commit }])
  })

  test("sibling of R2: gzip is opened, other archives are named as not searched", () => {
    using repository = new Repository()
    const token = inventedToken()
    repository.write("a.gz", gzipSync(`t = "${token}"\n`))
    repository.write("b.7z", Buffer.from("7z\xbc\xaf\x27\x1crest", "latin1"))
    repository.write("c.gz", Buffer.from("\x1f\x8bbroken", "latin1"))
    repository.commit("archives")
    const { fragments } = fragmentsOf(patchOf(repository.path, "HEAD").patch)
    expect(found(fragments, token)).toMatchObject([{ file: "a.gz" }])
    const { unsearched } = textsOf(fragments).texts
    expect(unsearched).toEqual([
      { file: "b.7z", why: "7z" },
      { file: "c.gz", why: expect.stringContaining("gzip: ") },
    ])
  })

  test("sibling of G01: what a merge alone has is found, what it only takes over is told once", () => {
    using repository = new Repository()
    const [own, taken, inBoth] = [inventedToken(), inventedToken(), inventedToken()]
    repository.write("a.txt", "1\n")
    repository.commit("start")
    repository.git("switch", "--quiet", "--create", "side")
    repository.write("a.txt", `1\n${taken}\n`)
    const side = repository.commit("side")
    repository.git("switch", "--quiet", "main")
    repository.write("b.txt", "b\n")
    repository.commit("main")
    repository.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    repository.write("a.txt", `1\n${taken}\n${own}\n`)
    repository.write("new.txt", `${inBoth}\n`)
    const merge = repository.commit("merge")
    expect(searched(repository, own)).toEqual([{ file: "a.txt", line: 3, commit: merge }])
    expect(searched(repository, inBoth)).toEqual([{ file: "new.txt", line: 1, commit: merge }])
    expect(searched(repository, taken)).toEqual([{ file: "a.txt", line: 2, commit: side }])
  })

  test("what resolves a conflict is found at its line, and what it takes over is told once", () => {
    using repository = new Repository()
    const [ours, theirs, own] = [inventedToken(), inventedToken(), inventedToken()]
    repository.write("a.txt", "1\n2\n")
    repository.commit("start")
    repository.git("switch", "--quiet", "--create", "side")
    repository.write("a.txt", `1\n${theirs}\n`)
    const side = repository.commit("side")
    repository.git("switch", "--quiet", "main")
    repository.write("a.txt", `1\n${ours}\n`)
    const main = repository.commit("main")
    expect(() => repository.git("merge", "--quiet", "side")).toThrow()
    repository.write("a.txt", `1\n${ours}\n${theirs}\n${own}\n`)
    const merge = repository.commit("merge")
    expect(searched(repository, own)).toEqual([{ file: "a.txt", line: 4, commit: merge }])
    expect(searched(repository, ours)).toEqual([{ file: "a.txt", line: 2, commit: main }])
    expect(searched(repository, theirs)).toEqual([{ file: "a.txt", line: 2, commit: side }])
  })

  test("a merge of three branches, of which git shows nothing, is told as not searched", () => {
    using repository = new Repository()
    repository.write("a.txt", "1\n")
    repository.commit("start")
    for (const name of ["one", "two"]) {
      repository.git("switch", "--quiet", "--create", name, "main")
      repository.write(`${name}.txt`, "x\n")
      repository.commit(name)
    }
    repository.git("switch", "--quiet", "main")
    repository.write("c.txt", "c\n")
    repository.commit("main")
    repository.git("merge", "--quiet", "--message", "all", "one", "two")
    const { fragments } = fragmentsOf(patchOf(repository.path, "HEAD").patch)
    expect(fragments.flatMap(({ absent }) => absent ?? [])).toEqual([
      "a merge of 3 branches, of which git shows nothing",
    ])
  })

  test("sibling of G01: a commit message is searched, and cannot pretend to be a file or the end", () => {
    using repository = new Repository()
    const token = inventedToken()
    repository.write("a.txt", "a\n")
    const commit = repository.commit(`subject\n\ndiff --git a/x b/x\n+++ b/x\n@@ -0,0 +1 @@\n+${token}`)
    expect(searched(repository, token)).toEqual([{ file: "commit message", line: 6, commit }])
  })

  test("sibling of G01: content that looks like git's own output stays content", () => {
    using repository = new Repository()
    const token = inventedToken()
    const text = `-- a\n++ b/c.txt\n@@ -1 +1 @@\ndiff --git a/x b/x\n\x01${"0".repeat(40)}\x01\n\nt = ${token}`
    repository.write("a.txt", text)
    const commit = repository.commit("odd")
    expect(searched(repository, token)).toEqual([{ file: "a.txt", line: 7, commit }])
    expect(fragmentsOf(patchOf(repository.path, "HEAD").patch).commits).toBe(1)
  })

  test("G21 the judged commit reaches no other branch and no stash; they are searched apart, by their names", () => {
    using repository = new Repository()
    const [branch, stash] = [inventedToken(), inventedToken()]
    repository.write("a.txt", "a\n")
    repository.commit("start")
    repository.git("switch", "--quiet", "--create", "wip")
    repository.write("w.txt", `${branch}\n`)
    const wip = repository.commit("wip")
    repository.git("switch", "--quiet", "main")
    repository.write("a.txt", `a\n${stash}\n`)
    repository.git("stash", "--quiet")
    for (const token of [branch, stash]) expect(searched(repository, token)).toEqual([])
    expect(searched(repository, branch, "--all", "--not", "HEAD")).toEqual([
      { file: "w.txt", line: 1, commit: wip },
    ])
    const { fragments } = fragmentsOf(patchOf(repository.path, "--all", "--not", "HEAD").patch)
    expect(found(fragments, stash)).toMatchObject([{ file: "a.txt" }])
    expect(new Set(fragments.map(({ commit }) => commit.ref))).toEqual(
      new Set(["refs/heads/wip", "refs/stash"]),
    )
  })

  test("sibling of G06: a submodule is named as not searched", () => {
    using repository = new Repository()
    repository.write("a.txt", "a\n")
    const commit = repository.commit("start")
    repository.git("update-index", "--add", "--cacheinfo", `160000,${commit},vendor/lib`)
    repository.git("commit", "--quiet", "--message", "a submodule")
    const { fragments } = fragmentsOf(patchOf(repository.path, "HEAD").patch)
    expect(fragments.filter(({ absent }) => absent !== undefined)).toMatchObject([
      { file: "vendor/lib", absent: "submodule" },
    ])
  })

  test("G26 a repository of SHA-256 is read", () => {
    using repository = new Repository("--object-format=sha256")
    const token = inventedToken()
    repository.write("a.txt", `${token}\n`)
    const commit = repository.commit("start")
    expect(commit).toMatch(/^[0-9a-f]{64}$/)
    expect(searched(repository, token)).toEqual([{ file: "a.txt", line: 1, commit }])
  })
})
