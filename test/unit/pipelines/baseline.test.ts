/** What of a report about the base revision counts, and which files git says have moved. */
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { asBaseline } from "../../../pipelines/baseline.ts"
import { readIndex } from "../../../pipelines/changed-paths.ts"
import { readRenames, renames, withAdded } from "../../../pipelines/renamed-paths.ts"
import { plainReading } from "../../../src/toolbox/index.ts"
import { finding, gate, report } from "../report/reports.ts"

const since = { since: "main", commit: "0".repeat(40) }

describe("what the gates have found in the tree of the base", () => {
  const { identity, of } = asBaseline(
    since,
    new Map(),
    report([
      gate({ verdict: "fail", findings: [finding] }),
      gate({ gate: "lint", verdict: "fail", findings: [finding], errors: ["api: eslint crashed"] }),
      gate({ gate: "charts", verdict: "skipped", summary: "no environment" }),
    ]),
  )

  test("counts as known, gate by gate", () => {
    expect(identity).toEqual(since)
    expect(of("vulnerabilities")).toMatchObject({ findings: [finding] })
    expect(of("vulnerabilities")).not.toHaveProperty("unjudged")
    expect(of("charts")).toEqual({ findings: [], renamed: new Map() })
  })

  test("where a gate could not judge all of it, that is said beside what it has found", () => {
    expect(of("lint")).toMatchObject({ findings: [finding], unjudged: "api: eslint crashed" })
  })

  test("of a gate that was not run, nothing is known, and that is said", () => {
    expect(of("secrets")).toMatchObject({ findings: [], unjudged: "it was not run there" })
  })
})

describe("files that have moved, by git itself", () => {
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
  const text = (from: number) => Array.from({ length: 40 }, (_, index) => `line ${from + index}\n`).join("")
  const commit = (): string => {
    git(["add", "--all"])
    git(["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "one"])
    return git(["rev-parse", "HEAD"]).trim()
  }
  /** The same arguments as in the engine, over an index of its own. */
  const renamed = () => {
    const ask = (args: readonly string[]) =>
      git([...plainReading, "--git-dir=.git", "--work-tree=.", ...args], { GIT_INDEX_FILE: `${root}.index` })
    ask(readIndex(base))
    ask(withAdded)
    return readRenames(ask(renames(base)))
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "renamed-"))
    git(["init", "--quiet", "--initial-branch=main"])
    write("web/a.ts", text(1))
    write("web/b.ts", text(1000))
    base = commit()
  })
  afterEach(() => {
    rmSync(root, { recursive: true, force: true })
    rmSync(`${root}.index`, { force: true })
  })

  test("none where none has moved, or a file was copied", () => {
    write("web/copy.ts", text(1))
    expect(renamed()).toEqual(new Map())
  })

  test("committed or not, edited or not, also where nobody has added it and git ignores its new place", () => {
    mkdirSync(join(root, "api"))
    renameSync(join(root, "web/a.ts"), join(root, "api/new name ü.ts"))
    write("api/new name ü.ts", `${text(1)}more\n`)
    write(".gitignore", "api/\n")
    const moved = new Map([["api/new name ü.ts", "web/a.ts"]])
    expect(renamed()).toEqual(moved)
    git(["add", "--all", "--force"])
    commit()
    expect(renamed()).toEqual(moved)
  })

  test("a file that is gone, and another one that has come, are two files", () => {
    rmSync(join(root, "web/a.ts"))
    write("web/c.ts", text(5000))
    expect(renamed()).toEqual(new Map())
  })
})
