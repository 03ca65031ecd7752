/** What signalbox.yaml says of the gate, and what a shared policy makes of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { seal } from "../../../../src/gates/quality/server/own.ts"
import { treeSettings } from "../../../../src/gates/quality/server/tree.ts"
import { openSealed } from "../../../../src/gates/quality/server.ts"
import {
  defaultConditions,
  qualitySettings,
  stricterQuality,
} from "../../../../src/gates/quality/settings.ts"

const parse = (value: unknown) => qualitySettings.parse(value)
const server = "https://sonar.example.com/sonar"

describe("gates.quality", () => {
  it("is a server of its own, five minutes and no exclusion, where nothing is said", () => {
    const { server: none, exclude, wait } = parse({})
    expect([none, exclude, String(wait), wait.ms]).toEqual([undefined, [], "5m", 300_000])
  })

  it.each([
    ["a user in the address", { server: "https://admin:x@sonar.example.com" }],
    ["another scheme", { server: "file:///etc" }],
    ["conditions for a given server", { server, conditions: [{ metric: "bugs", moreThan: 0 }] }],
    ["a quality gate for a server of its own", { qualityGate: "Strict" }],
    ["a condition without a limit", { conditions: [{ metric: "bugs" }] }],
    ["a condition with two limits", { conditions: [{ metric: "coverage", moreThan: 1, lessThan: 2 }] }],
    ["no condition", { conditions: [] }],
    ["a key of digits only", { project: "123" }],
    ["an exclusion that is two", { exclude: ["a,b"] }],
    ["no wait", { wait: "0s" }],
    ["a wait of a week", { wait: "7d" }],
    ["an unknown key", { token: "x" }],
  ])("refuses %s", (_, value) => {
    expect(qualitySettings.safeParse(value).success).toBe(false)
  })
})

describe("a shared policy", () => {
  it("has its server judge, whatever server the project names", () => {
    const own = parse({
      server: "https://other.example.com",
      project: "shop",
      qualityGate: "Lax",
      wait: "1m",
    })
    expect(stricterQuality(own, { server })).toMatchObject({ server, project: "shop", qualityGate: "Lax" })
    expect(stricterQuality(own, { server, qualityGate: "Strict" })).toMatchObject({ qualityGate: "Strict" })
  })

  it("reaches a project that configures no such gate", () => {
    expect(stricterQuality(undefined, { server })).toMatchObject({ server, exclude: [] })
  })

  it("adds its conditions to those of the project, also to the default ones", () => {
    const floor = { conditions: [{ metric: "coverage", lessThan: 80 }] }
    expect(stricterQuality(parse({}), floor).conditions).toEqual([...defaultConditions, ...floor.conditions])
    const own = parse({ conditions: [{ metric: "bugs", moreThan: 0 }] })
    expect(stricterQuality(own, floor).conditions).toEqual([
      { metric: "bugs", moreThan: 0 },
      ...floor.conditions,
    ])
    expect(stricterQuality(own, own)).toEqual(own)
  })

  it("leaves out of the analysis only what both leave out", () => {
    const own = parse({ exclude: ["a/**", "b/**"] })
    expect(stricterQuality(own, { exclude: ["b/**", "c/**"] }).exclude).toEqual(["b/**"])
  })
})

describe("the token of a server of the call's own", () => {
  const key = "0".repeat(64)

  it("is opened by the call alone, and does not stand in the answer", () => {
    const sealed = seal("squ_canary", key)
    expect(Buffer.from(sealed, "base64").toString("latin1")).not.toContain("canary")
    expect(openSealed(sealed, key)).toBe("squ_canary")
    expect(() => openSealed(sealed, "1".repeat(64))).toThrow()
  })
})

describe("what a tree says to the scanner", () => {
  it("is found with its line: settings that do not count, comments that do", () => {
    const root = mkdtempSync(join(tmpdir(), "tree-"))
    try {
      writeFileSync(
        join(root, "sonar-project.properties"),
        "# ours\nsonar.host.url=http://evil\n\nsonar.exclusions=**/*\n",
      )
      writeFileSync(join(root, "a.js"), "eval(x) // NOSONAR\nconst NOSONAR = 1\n")
      writeFileSync(join(root, "a.bin"), Buffer.from("\0// NOSONAR"))
      expect(treeSettings(root)).toEqual({
        settings: [
          { file: "sonar-project.properties", line: 2, text: "sonar.host.url=http://evil" },
          { file: "sonar-project.properties", line: 4, text: "sonar.exclusions=**/*" },
        ],
        comments: [{ file: "a.js", line: 1, text: "eval(x) // NOSONAR" }],
        ...{ commentCount: 1, notSearched: [] },
      })
    } finally {
      rmSync(root, { recursive: true })
    }
  })

  it("is nothing where there is neither", () => {
    const root = mkdtempSync(join(tmpdir(), "tree-"))
    expect(treeSettings(root)).toEqual({ settings: [], comments: [], commentCount: 0, notSearched: [] })
    rmSync(root, { recursive: true })
  })

  it("names files that are too large to be searched, and counts the comments that it does not list", () => {
    const root = mkdtempSync(join(tmpdir(), "tree-"))
    try {
      writeFileSync(join(root, "large.js"), `${"x".repeat(1 << 20)}\nf() // NOSONAR`)
      writeFileSync(join(root, "many.js"), "f() // NOSONAR\n".repeat(250))
      const { comments, commentCount, notSearched } = treeSettings(root)
      expect(comments).toHaveLength(200)
      expect(commentCount).toBe(250)
      expect(notSearched).toEqual(["large.js"])
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})
