/**
 * Production with `approvals: 1`: who approves is asked, recorded and signed. Then an outage: a release that staging has never
 * verified comes in by an override, which stands in red wherever somebody looks, and proves nothing for longer than it lasts.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { finalError, type Outcome } from "../engine/harness/index.ts"
import { ApprovedProduction } from "./deploy-support/production.ts"
import { version } from "./deploy-support/shop.ts"

vi.setConfig({ testTimeout: 240_000, hookTimeout: 280_000 })

const urgent = "1.1.0"
let shop: ApprovedProduction
/** Hash of the plan that waits for its approval. */
let approve: readonly string[]

beforeAll(async () => {
  shop = await ApprovedProduction.begin()
})
afterAll(() => shop?.[Symbol.asyncDispose]())

const ended = (outcome: Outcome) => ({ code: outcome.code, error: finalError(outcome) })
const passed = { code: 0, error: "" }
const refusedWith = (code: string, why: string) => ({
  code: 16,
  error: expect.stringMatching(new RegExp(`${code}: [\\s\\S]*${why}`)),
})

/** Waits for an approval. @returns the option that gives it */
async function waiting(...promotion: Parameters<ApprovedProduction["promote"]>): Promise<readonly string[]> {
  const outcome = await shop.promote(...promotion)
  expect(outcome.code).toBe(17)
  return ["--approve", /--approve (sha256:[0-9a-f]{64})/.exec(finalError(outcome))?.[1] ?? "none"]
}

it("the approved plan alone deploys nothing, and neither does its author's word: APPROVERS_MISSING", async () => {
  approve = await waiting(version)
  expect(ended(await shop.promote(version, ...approve))).toEqual(
    refusedWith("APPROVERS_MISSING", "the call names nobody who has approved it"),
  )
  expect(ended(await shop.promote(version, ...approve, "--approved-by", "author"))).toEqual(
    refusedWith("APPROVERS_MISSING", "author: has changed it, as tester@signalbox.invalid"),
  )
  expect(await shop.production.podDigests()).toEqual([])
})

it("an approver's does, and is in ledger, statement, history and report; the plan says how many it asks for", async () => {
  expect(ended(await shop.promote(version, ...approve, "--approved-by", "alice"))).toEqual(passed)
  expect(await shop.production.podDigests()).toEqual(await shop.staging.podDigests())
  const entry = await shop.recorded()
  expect(entry).toMatchObject({ outcome: "verified", approvedBy: ["alice"] })
  expect(entry).not.toHaveProperty("override")
  expect(await shop.stated(entry?.operation)).toMatchObject({
    result: "verified",
    approved: { planHash: approve[1], approvers: ["alice"] },
  })
  expect((await shop.inProduction("history")).stdout).toContain("approved by alice")
  const reports = await shop.reports()
  expect(reports["report.md"]).toMatch(/Approved by.*alice/)
  expect(reports["report.html"]).toMatch(/Approved by[\s\S]{1,40}alice/)
  expect(reports["plan.md"]).toContain("- approvals: `1`")
})

it("what staging has not verified does not come in, and only the policy's own approver overrides that", async () => {
  expect(ended(await shop.publish(urgent))).toEqual(passed)
  expect(ended(await shop.promote(urgent, "--approved-by", "alice"))).toEqual(
    refusedWith("EVIDENCE_MISSING", `version ${urgent} is not verified in staging`),
  )
  const other = ["--override", "gate-verdict", "--reason", "outage 7"]
  expect(ended(await shop.promote(urgent, ...other, "--approved-by", "alice"))).toEqual(
    refusedWith("OVERRIDE_REFUSED", "it does not list gate-verdict; it lists promotion"),
  )
  const override = ["--override", "promotion", "--reason", "outage 7"]
  const plan = await waiting(urgent, ...override)
  expect(ended(await shop.promote(urgent, ...override, ...plan, "--approved-by", "bob"))).toEqual(
    refusedWith("APPROVERS_MISSING", "bob: the policy does not name them for this"),
  )
  expect((await shop.recorded())?.set.version).toBe(version)
})

it("by that approver's override it runs: red in every report, in status and statement, and proof until it ends", async () => {
  const until = new Date(Date.now() + 90_000).toISOString()
  const override = ["--override", "promotion", "--reason", "outage 7", "--override-until", until]
  const plan = await waiting(urgent, ...override)
  expect(ended(await shop.promote(urgent, ...override, ...plan, "--approved-by", "alice"))).toEqual(passed)
  const recorded = { rules: ["promotion"], reason: "outage 7", until }
  const entry = await shop.recorded()
  expect(entry).toMatchObject({ outcome: "verified", approvedBy: ["alice"], override: recorded })
  expect(await shop.stated(entry?.operation)).toMatchObject({
    ...{ override: recorded, expires: until, approved: { approvers: ["alice"] } },
  })
  if (Date.now() < Date.parse(until) - 25_000)
    expect(ended(await shop.planForStandby(urgent))).toEqual(
      refusedWith(
        "EVIDENCE_MISSING",
        "rests on an override of promotion, which counts for the same override",
      ),
    )
  const red = `OVERRIDE of promotion until ${until}: outage 7`
  for (const command of ["status", "history"])
    expect([command, (await shop.inProduction(command)).stdout]).toEqual([
      command,
      expect.stringContaining(red),
    ])
  const reports = await shop.reports()
  for (const name of ["report.md", "report.html", "junit.xml"])
    expect([name, reports[name]]).toEqual([name, expect.stringContaining(red)])
  expect(reports["report.md"]).toContain("> [!CAUTION]")
  expect(reports["plan.md"]).toContain(`> **OVERRIDE of promotion**, until ${until}: outage 7`)
  await sleep(Math.max(0, Date.parse(until) - Date.now()) + 1000)
  expect(ended(await shop.planForStandby(urgent))).toEqual(
    refusedWith("EVIDENCE_MISSING", `their verification there expired on ${until}`),
  )
})
