/** What has changed since a commit, told by git itself over real repositories. */
import { execFileSync } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { comparing, isRevision, readComparison, readIndex } from "../../../pipelines/changed-paths.ts"
import { plainReading } from "../../../src/toolbox/index.ts"

let root: string
let base: string

const git = (args: readonly string[], more: Readonly<Record<string, string>> = {}): string =>
  execFileSync("git", args, {
    cwd: root,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: "1", ...more },
  })
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
const commit = (): string => {
  git(["add", "--all"])
  git(["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "one"])
  return git(["rev-parse", "HEAD"]).trim()
}

/** The same arguments as in the engine, over an index of its own. */
function changed() {
  const ask = (args: readonly string[]) =>
    git([...plainReading, "--git-dir=.git", "--work-tree=.", ...args], { GIT_INDEX_FILE: `${root}.index` })
  ask(readIndex(base))
  return readComparison(comparing(base).map(({ args }) => ask(args)))
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "changed-"))
  git(["init", "--quiet", "--initial-branch=main"])
  write("api/src/a.ts", "a\n")
  write("api/src/b.ts", "b\n")
  write("web/c.ts", "c\n")
  write("web/node_modules/x/index.js", "x\n")
  base = commit()
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
  rmSync(`${root}.index`, { force: true })
})

test("nothing where nothing is otherwise, also after a checkout that has touched every file", () => {
  write("api/src/a.ts", "a\n")
  expect(changed()).toEqual([])
})

test("what is committed, what is not, and what was never added", () => {
  write("api/src/a.ts", "committed\n")
  commit()
  write("web/c.ts", "not committed\n")
  write("web/new name ü.ts", "never added\n")
  expect(changed()).toEqual([
    { path: "api/src/a.ts", change: "modified" },
    { path: "web/c.ts", change: "modified" },
    { path: "web/new name ü.ts", change: "added" },
  ])
})

test("a rename counts with both paths, committed or not", () => {
  git(["mv", "api/src/a.ts", "web/a.ts"])
  const both = [
    { path: "api/src/a.ts", change: "deleted" },
    { path: "web/a.ts", change: "added" },
  ]
  expect(changed()).toEqual(both)
  commit()
  expect(changed()).toEqual(both)
})

test("a mode that has changed alone, and a file that has become a link", () => {
  chmodSync(join(root, "api/src/a.ts"), 0o755)
  rmSync(join(root, "web/c.ts"))
  symlinkSync("../api/src/b.ts", join(root, "web/c.ts"))
  expect(changed().map(({ path }) => path)).toEqual(["api/src/a.ts", "web/c.ts"])
})

test("what was changed and changed back is as it was", () => {
  write("api/src/a.ts", "other\n")
  commit()
  write("api/src/a.ts", "a\n")
  expect(changed()).toEqual([])
})

test("a change that was staged and taken back in the working tree does not count", () => {
  write("api/src/a.ts", "staged\n")
  git(["add", "api/src/a.ts"])
  write("api/src/a.ts", "a\n")
  expect(changed()).toEqual([])
})

test("packages that are committed and are no source are not taken for deleted ones", () => {
  rmSync(join(root, "web/node_modules"), { recursive: true })
  expect(changed()).toEqual([])
})

test("a submodule counts as changed, because its files are not in the commit", () => {
  const id = git(["rev-parse", "HEAD"]).trim()
  git(["update-index", "--add", "--cacheinfo", `160000,${id},web/theme`])
  git(["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "theme"])
  base = git(["rev-parse", "HEAD"]).trim()
  write("web/theme/style.css", "p {}\n")
  expect(changed()).toContainEqual({ path: "web/theme/", change: "submodule" })
})

test("a base revision is one commit: no option, no range, no file", () => {
  for (const text of ["main", "origin/main", "HEAD~3", "HEAD^", "v1.2.3", "0a1b2c3"])
    expect(isRevision(text), text).toBe(true)
  for (const text of ["--all", "-p", "main..dev", "main...dev", "^main", "main:signalbox.yaml", "a b", ""])
    expect(isRevision(text), text).toBe(false)
})
