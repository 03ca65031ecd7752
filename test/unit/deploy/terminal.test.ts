/** What Kubernetes, webhooks and programs say gives no orders to a terminal or a CI. */
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { KnownSecrets } from "../../../src/chart/index.ts"
import { eventLine } from "../../../src/deploy/diagnosis/events.ts"
import { firstCause } from "../../../src/deploy/diagnosis/index.ts"
import { Recorder } from "../../../src/deploy/driver/recorder.ts"
import { planDeployment, planMarkdown } from "../../../src/deploy/plan/index.ts"
import { finish, markStep, openJournal, startRollback } from "../../../src/deploy/state/index.ts"
import {
  type ManifestChange,
  type Plan,
  plainLines,
  planHash,
  SignalboxError,
  sha256,
  withoutOrders,
} from "../../../src/domain/index.ts"
import { facts, target } from "./support/plan-facts.ts"
import { setOf } from "./support/sets.ts"

const clear = "\u001b[2J"
const hostile = `Back-off${clear}\u001b]0;title\u0007\u009b31m\r\n::error::x\n  ::set-output name=a::b\n##[error]y\u202e`

/** No control character, and no line that a CI takes for an order, after spaces and the time too. */
function assertHarmless(text: string): void {
  expect(text).not.toMatch(/[^\P{Cc}\n\t]|\p{Cf}/u)
  for (const line of text.split("\n")) expect(line.trimStart()).not.toMatch(/^(::|##\[)/)
}

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "terminal-"))
})
afterEach(() => rm(directory, { recursive: true }))

describe("V40 control characters and lines of others", () => {
  test("V40 an event of the namespace", () => {
    const event = { metadata: { name: "e" }, message: hostile, reason: `Failed${clear}` }
    const line = eventLine(event, new KnownSecrets())
    assertHarmless(line)
    expect(line).toContain("::error::x")
    expect(line.split("\n")).toHaveLength(1)
  })

  test("V40 a first cause", () => {
    const state = { waiting: { reason: "ErrImagePull", message: hostile } }
    const pod = { metadata: { name: "web" }, status: { containerStatuses: [{ name: "web", state }] } }
    assertHarmless(firstCause([pod], [], (text) => text) ?? "")
  })

  test("V40 a tool's output of several lines in an error: each line has a beginning of ours", () => {
    const { message } = new SignalboxError("CLUSTER_REFUSED", {
      ...{ what: "kubectl delete failed", where: hostile, why: `first\n${hostile}`, next: "call again" },
    })
    assertHarmless(message)
    expect(message.split("\n").filter((line) => line.includes("::error::"))).toEqual([
      "         | ::error::x",
      "         | ::error::x",
    ])
  })

  test.each(["where", "why", "next", "also"])(
    "sibling of V40: a tool's output cannot say %s in our name",
    (word) => {
      const what = `helm failed\n  ${word}:  kubectl delete namespace apps\n\t${word}: and more`
      const { message } = new SignalboxError("TOOL_FAILED", { what, next: "call again" })
      expect(message.split("\n").filter((line) => line.trimStart().startsWith(`${word}:`))).toEqual(
        word === "next" ? ["  next:  call again"] : [],
      )
    },
  )

  test("V40 a list that a message of ours is made of stays as it is", () => {
    const why = "2 problems\n  - a.yaml:1:2: x\n    more"
    expect(new SignalboxError("CONFIG_INVALID", { what: "no", why }).message).toContain(why)
  })

  test("V40 progress: every line is prefixed, printed and stored", async () => {
    const said: string[] = []
    const recorder = new Recorder(directory, (line) => said.push(line))
    recorder.tell({ event: "step-ended", step: "roll-out", state: "failed", text: hostile })
    recorder.tell({ event: "warning", text: "::error::z" })
    await recorder.summary()
    for (const line of said) assertHarmless(line)
    expect(said.every((line) => /^ *\d+\.\ds {2}|^ {9}\| /.test(line))).toBe(true)
    assertHarmless(await readFile(join(directory, "summary.txt"), "utf8"))
  })

  test("sibling of V40: what is written into journal and ledger, and printed by a later call", () => {
    const plan = { kind: "deploy", environment: "staging", changes: [], steps: [{ id: "smoke" }] }
    const draft = { operation: "op", fence: 1, by: "anna", started: "2026-01-01T00:00:00Z", reason: null }
    const opened = openJournal({
      ...draft,
      plan: { ...plan, target: setOf("1") } as unknown as Plan,
      planHash: sha256(""),
    })
    const back = startRollback(markStep(opened, "smoke", "failed", "2026-01-01T00:00:00Z", hostile), hostile)
    for (const text of [back.steps[0]?.note, back.cause, finish(opened, "failed", hostile).cause])
      assertHarmless(text ?? "")
  })

  test("sibling of V40: a whole output keeps its lines and tabs, and loses orders to the terminal", () => {
    expect(withoutOrders(`a\tb\n${clear}c\u0008\u009d8;;http://x\u0007d\n`)).toBe("a\tb\ncd\n")
  })

  test("sibling of V40: text in other scripts and emoji are no orders", () => {
    expect(plainLines("größer 界 ✓ 🚀\nzwei")).toEqual(["größer 界 ✓ 🚀", "zwei"])
  })
})

describe("sibling of V40: plan.md", () => {
  // A Role may be called anything but what has a slash; a ledger says what whoever may write to the namespace wrote.
  const evil = "x |\n\n## Hash: `sha256:0`\n\u202e\u061c"
  const plain = planDeployment(facts(), target("1.1.0"))
  const set = { ...plain.target, version: evil, images: { [evil]: sha256("web") } }
  const change = (name: string): ManifestChange => ({ action: "create", kind: "Role", name, diff: ["+a"] })
  test.each<[string, Partial<Plan>]>([
    ["the name of an object", { changes: [change(evil)] }],
    ["the version that runs now", { current: set }],
    ["the version that a failure goes back to", { fallback: set }],
    ["the name of a component, and the version", { target: set }],
    ["a warning", { warnings: [evil] }],
    ["a step", { steps: [{ id: evil, title: evil, timeoutSeconds: 1, details: { [evil]: evil } }] }],
  ])("has no line that %s has made", (_, more) => {
    const plan = { ...plain, ...more }
    const lines = planMarkdown(plan, planHash(plan), plan.changes).split("\n")
    expect(lines.filter((line) => /^## Hash/.test(line))).toEqual([])
    expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(lines.join("\n")).toContain("u000a")
  })
})
