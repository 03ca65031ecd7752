/** Whose changes a release brings, by a real git. */
import { execFileSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { addressesIn, authorCommands } from "../../../pipelines/approvals.ts"

const repository = join(tmpdir(), `approvals-${process.pid}`)
const isolated = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", PATH: process.env.PATH }

function git(args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  return execFileSync("git", ["-C", repository, ...args], { encoding: "utf8", env: { ...isolated, ...env } })
}

function commit(author: string, committer: string, message: string): string {
  const env = {
    ...{ GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: author },
    ...{ GIT_COMMITTER_NAME: "C", GIT_COMMITTER_EMAIL: committer },
  }
  git(["commit", "--quiet", "--allow-empty", "--message", message], env)
  return git(["rev-parse", "HEAD"]).trim()
}

function authors(of: string, since: string | null): readonly string[] {
  const lines = authorCommands(of, since).flatMap((args) => git(args).split("\n"))
  return [...new Set(lines.flatMap(addressesIn))].sort()
}

let [first, second, merged, last] = ["", "", "", ""]

beforeAll(() => {
  mkdirSync(repository, { recursive: true })
  git(["init", "--quiet", "--initial-branch=main"])
  first = commit("alice@shop.example", "alice@shop.example", "first")
  second = commit("bob@shop.example", "noreply@github.com", "second")
  git(["checkout", "--quiet", "-b", "feature", first])
  const trailers =
    "feature\n\nCo-authored-by: Dave D <dave@shop.example>\nco-authored-by: Erin\n  <erin@shop.example>"
  commit("carol@shop.example", "carol@shop.example", trailers)
  git(["checkout", "--quiet", "main"])
  git(["merge", "--quiet", "--no-ff", "--message", "merge", "feature"], {
    ...{ GIT_AUTHOR_NAME: "M", GIT_AUTHOR_EMAIL: "merger@shop.example" },
    ...{ GIT_COMMITTER_NAME: "M", GIT_COMMITTER_EMAIL: "merger@shop.example" },
  })
  merged = git(["rev-parse", "HEAD"]).trim()
  // A tree could send its author's address to somebody else's.
  writeFileSync(join(repository, ".mailmap"), "Nobody <nobody@shop.example> <mallory@shop.example>\n")
  git(["add", ".mailmap"])
  last = commit("mallory@shop.example", "mallory@shop.example", "Co-authored-by: no trailer here\n\nend")
})

afterAll(() => rmSync(repository, { recursive: true }))

describe("the authors of a release", () => {
  test("are those of all that is new: side branches, committers and co-authors", () => {
    expect(authors(merged, second)).toEqual([
      "carol@shop.example",
      "dave@shop.example",
      "erin@shop.example",
      "merger@shop.example",
    ])
  })

  test("are those of the commit alone where nothing says since when, or nothing is new", () => {
    expect(authors(second, null)).toEqual(["bob@shop.example", "noreply@github.com"])
    expect(authors(second, merged)).toEqual(["bob@shop.example", "noreply@github.com"])
  })

  test("are named by commits, not by a mailmap of the tree", () => {
    expect(authors(last, merged)).toEqual(["mallory@shop.example"])
  })

  test("a line of git's own is none of theirs", () => {
    expect(addressesIn(`commit ${first}`)).toEqual([])
    expect(addressesIn("\ta@b.example\t\tC <c@d.example>\t<x>")).toEqual(["a@b.example", "c@d.example", "x"])
  })
})
