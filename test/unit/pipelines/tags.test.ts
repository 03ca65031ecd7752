/** What counts as a tag of a release, by a real git. */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { assertTagsAgree, type GitLines, tagObject } from "../../../pipelines/tags.ts"
import { parseVersion, tagOf } from "../../../src/domain/index.ts"
import { plainHistory, plainReading } from "../../../src/toolbox/git.ts"

let repository: string
let [older, newer] = ["", ""]

const identity = {
  ...{ GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@shop.example" },
  ...{ GIT_COMMITTER_NAME: "A", GIT_COMMITTER_EMAIL: "a@shop.example" },
}
const isolated = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", PATH: process.env.PATH }

/** Git as a call runs it; without `env`, as somebody at a keyboard does. */
function git(args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  return execFileSync("git", ["-C", repository, ...args], {
    ...{ encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    env: { ...isolated, ...identity, ...env },
  })
}
const lines: GitLines = async (args) =>
  git([...plainReading, ...args], plainHistory)
    .split("\n")
    .filter((line) => line !== "")

beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), "tags-"))
  git(["init", "--quiet", "--initial-branch=main"])
  const commits = ["older", "newer"].map((message) => {
    git(["commit", "--quiet", "--allow-empty", "--message", message])
    return git(["rev-parse", "HEAD"]).trim()
  })
  ;[older = "", newer = ""] = commits
  git(["tag", "v1.0.0", older])
  git(["tag", "--annotate", "--message", "two", "v2.0.0", newer])
  git(["tag", "--annotate", "--message", "a tag of a tag", "2.0.0", "v2.0.0"])
  git(["branch", "refs/tags/v7.0.0", older])
  for (const name of ["HEAD", "refs/heads/main", "--upload-pack=x"])
    git(["update-ref", `refs/tags/${name}`, older])
})
afterAll(() => rmSync(repository, { recursive: true, force: true }))

const refusal = (attempt: Promise<unknown>) =>
  attempt.then(
    () => "found",
    (error: { code: string }) => error.code,
  )

describe("sibling of V03: a tag is found by its exact name", () => {
  test("whatever it is called, and never as an option or another ref", async () => {
    expect(await tagObject(lines, "v1.0.0")).toBe(older)
    for (const name of ["HEAD", "refs/heads/main", "--upload-pack=x"])
      expect(await tagObject(lines, name)).toBe(older)
  })

  test("and not by what git would take for a revision", async () => {
    const revisions = [
      ...[`v9.0.0-0-g${"COMMIT"}`, `v9.0.0+x-g${"COMMIT"}`].map((one) =>
        one.replace("COMMIT", older.slice(0, 7)),
      ),
      ...["v7.0.0", "v1.0.0^{}", "v1.0.0~0", "v1.0.0@{0}", "v*", "", "../heads/main", "main", older],
    ]
    // Git itself takes most of them for a commit: else this test would show nothing.
    const taken = revisions.filter((one) => {
      try {
        return git(["rev-parse", "--verify", `refs/tags/${one}^{commit}`]) !== ""
      } catch {
        return false
      }
    })
    expect(taken.length).toBeGreaterThanOrEqual(5)
    for (const one of revisions) expect([one, await refusal(tagObject(lines, one))]).toEqual([one, "USAGE"])
  })
})

describe("sibling of V27: all tags of a version name the commit that is published", () => {
  const agree = (version: string, commit: string) =>
    refusal(assertTagsAgree(lines, parseVersion(version), commit))

  test("with v and without, annotated or not; other versions do not count", async () => {
    expect(await agree("2.0.0", newer)).toBe("found")
    expect(await agree("1.0.0", older)).toBe("found")
    expect(await agree("3.0.0", older)).toBe("found")
    expect(await agree("1.0.0-rc.1", newer)).toBe("found")
  })

  test("otherwise nothing is published: RECORD_CONFLICT, also without --tag", async () => {
    expect(await agree("1.0.0", newer)).toBe("RECORD_CONFLICT")
    git(["tag", "1.0.0", newer])
    expect(await agree("1.0.0", older)).toBe("RECORD_CONFLICT")
    expect(await agree("1.0.0", newer)).toBe("RECORD_CONFLICT")
  })

  test("also where one of them is of no commit at all", async () => {
    git(["tag", "4.0.0", git(["rev-parse", `${newer}^{tree}`]).trim()])
    expect(await agree("4.0.0", newer)).toBe("RECORD_CONFLICT")
  })
})

test("sibling of V27: no two versions have one tag in the registry, whatever their case and build metadata", () => {
  const part = fc.stringMatching(/^[0-9A-Za-z-]{0,5}[A-Za-z]$/)
  const version = fc
    .tuple(fc.nat(3), fc.option(part), fc.option(part))
    .map(
      ([patch, pre, build]) =>
        `1.0.${patch}${pre === null ? "" : `-${pre}`}${build === null ? "" : `+${build}`}`,
    )
  fc.assert(
    fc.property(version, version, (one, other) => {
      const [first, second] = [parseVersion(one), parseVersion(other)]
      expect(tagOf(first) === tagOf(second)).toBe(first === second)
    }),
  )
  expect(
    new Set(["1.0.0", "1.0.0+x", "1.0.0+X", "1.0.0-x"].map((one) => tagOf(parseVersion(one)))).size,
  ).toBe(4)
})

describe("sibling of V03: which commits a branch contains is told by the commits alone", () => {
  const contains = (commit: string, read: (args: readonly string[]) => string) =>
    read(["for-each-ref", "--contains", commit, "--format=%(refname)", "refs/heads/main"]).trim()
  const plainly = (args: readonly string[]) => git([...plainReading, ...args], plainHistory)
  let foreign: string

  beforeAll(() => {
    foreign = git(["commit-tree", "-m", "attack", `${newer}^{tree}`]).trim()
  })

  test("by none that .git/info/grafts gives to one", () => {
    mkdirSync(join(repository, ".git/info"), { recursive: true })
    writeFileSync(join(repository, ".git/info/grafts"), `${newer} ${foreign}\n`)
    expect(contains(foreign, git)).toBe("refs/heads/main")
    expect(contains(foreign, plainly)).toBe("")
    // What git prints beside its answer is judged by the gate secrets: there must be nothing.
    const read = ["-C", repository, ...plainReading, "rev-list", newer]
    const { stderr } = spawnSync("git", read, { encoding: "utf8", env: { ...isolated, ...plainHistory } })
    expect(stderr).toBe("")
    rmSync(join(repository, ".git/info/grafts"))
  })

  test("by none of another object in a commit's place", () => {
    git(["replace", "--graft", newer, foreign])
    expect(contains(foreign, git)).toBe("refs/heads/main")
    expect(contains(foreign, plainly)).toBe("")
  })
})
