/** An operation by an override: recorded, red wherever it is shown, and finished only with the same override. */
import { describe, expect, test } from "vitest"
import { status } from "../../../src/deploy/driver/commands/status.ts"
import { basisOf, planMarkdown } from "../../../src/deploy/plan/index.ts"
import { statusReport } from "../../../src/deploy/report.ts"
import { lastVerified, verifyChain } from "../../../src/deploy/state/index.ts"
import { type OverrideRule, planHash } from "../../../src/domain/index.ts"
import { consistent } from "./support/consistent.ts"
import type { MemoryCall } from "./support/session.ts"
import { prepared, Simulation } from "./support/simulation.ts"

const approvers = ["alice", "bob", "carol"].map((name) => ({ name, emails: [`${name}@shop.example`] }))
const policy = { rules: ["approvals", "gate-missing"], approvers: ["alice"], expires: null, maxAge: "12h" }
const never = Number.POSITIVE_INFINITY

/** An environment that needs two approvals, of which an override needs one. */
class Overridden extends Simulation {
  readonly said: string[] = []

  asked(approvedBy: readonly string[], rules: readonly OverrideRule[] | null): MemoryCall {
    const since = this.journal() === null ? null : (lastVerified(this.ledger())?.set.record ?? null)
    const approval = { approvers, approvedBy, changes: { since, authors: ["carol@shop.example"] } }
    const override = rules === null ? null : { rules, reason: "outage 7", until: null, policy }
    return {
      environment: { approvals: 2 },
      question: { approval, override },
      say: (line) => this.said.push(line),
    }
  }

  call(
    version: string,
    approvedBy: readonly string[],
    rules: readonly OverrideRule[] | null,
    diesAfter: number = never,
  ) {
    return this.once({ do: "deploy", version }, diesAfter, this.asked(approvedBy, rules))
  }
}

async function running(): Promise<Overridden> {
  const simulation = new Overridden("keep")
  expect(await simulation.call("good-1", ["alice", "bob"], null)).toBe("verified")
  return simulation
}

const recorded = { rules: ["approvals"], reason: "outage 7", until: "2026-01-01T12:00:00.000Z" }

describe("a deployment by an override", () => {
  test("is in journal and ledger with rules, reason, expiry and who approved it", async () => {
    const simulation = await running()
    expect(await simulation.call("good-2", ["alice"], null)).toBe("refused")
    expect(await simulation.call("good-2", ["alice"], ["approvals"])).toBe("verified")
    expect(simulation.journal()).toMatchObject({ override: recorded, approvedBy: ["alice"] })
    expect(simulation.ledger().entries.at(-1)).toMatchObject({ override: recorded, approvedBy: ["alice"] })
    expect(simulation.said).toContainEqual(
      expect.stringContaining("OVERRIDE of approvals: fewer approvals than are asked for"),
    )
    verifyChain(simulation.ledger())
  })

  test("that failed is recorded with it, what came back instead without", async () => {
    const simulation = await running()
    await simulation.call("unsmoked-2", ["alice"], ["approvals"])
    const [failed, back] = simulation.ledger().entries.slice(-2)
    expect([failed?.outcome, failed?.override]).toEqual(["rolled-back", recorded])
    expect([back?.kind, back?.override]).toEqual(["rollback", undefined])
  })

  test("that refuses nothing is said, is no error, and leaves no mark", async () => {
    const simulation = await running()
    expect(await simulation.call("good-2", ["alice", "bob"], ["approvals", "gate-missing"])).toBe("verified")
    for (const rule of ["approvals", "gate-missing"])
      expect(simulation.said).toContainEqual(
        expect.stringContaining(`OVERRIDE of ${rule}: it refuses nothing here, and is not recorded`),
      )
    expect(simulation.ledger().entries.at(-1)).not.toHaveProperty("override")
  })

  test("is refused without an approver of its own, and for a rule that the policy does not list", async () => {
    const simulation = await running()
    const revisions = simulation.revisions().length
    for (const approvedBy of [["bob"], [], ["carol"], ["mallory"]])
      expect(await simulation.call("good-2", approvedBy, ["approvals"])).toBe("refused")
    expect(await simulation.call("good-2", ["alice", "bob"], ["promotion"])).toBe("refused")
    expect([simulation.runs(), simulation.revisions().length]).toEqual(["good-1", revisions])
  })
})

describe("a driver that was killed in a deployment by an override", () => {
  const points = [2, 4, 6, 8, 10, 12, 14, 16]
  const cutOff = async (diesAfter: number) => {
    const simulation = await running()
    await simulation.call("good-2", ["alice"], ["approvals"], diesAfter)
    return simulation.journal()?.phase === "finished" ? null : simulation
  }

  test.each<[string, readonly string[], readonly OverrideRule[] | null]>([
    ["without the override", ["alice"], null],
    ["without its approver", ["bob"], ["approvals"]],
    ["with another override", ["alice"], ["gate-missing"]],
  ])("is not finished by a call %s: back on what was verified", async (_, approvedBy, rules) => {
    let met = 0
    for (const diesAfter of points) {
      const simulation = await cutOff(diesAfter)
      if (simulation === null) continue
      met++
      expect(await simulation.call("good-2", approvedBy, rules)).toBe("refused")
      expect([simulation.runs(), simulation.inTraffic()]).toEqual(["good-1", true])
      consistent(simulation)
    }
    expect(met).toBeGreaterThan(2)
  })

  test("is finished by the same call, and recorded with what it set aside", async () => {
    let met = 0
    for (const diesAfter of points) {
      const simulation = await cutOff(diesAfter)
      if (simulation === null) continue
      met++
      expect(await simulation.call("good-2", ["alice"], ["approvals"])).toBe("verified")
      expect(simulation.ledger().entries.at(-1)).toMatchObject({ outcome: "verified", override: recorded })
      consistent(simulation)
    }
    expect(met).toBeGreaterThan(2)
  })

  test("is not finished as an ordinary one where the approvals are there by now: it was planned as an override", async () => {
    const simulation = await cutOff(8)
    const operation = simulation?.journal()?.operation
    expect(await simulation?.call("good-2", ["alice", "bob"], null)).toBe("verified")
    const entry = simulation?.ledger().entries.at(-1)
    expect(entry?.operation).not.toBe(operation)
    expect(entry).not.toHaveProperty("override")
  })

  test("goes back by a rollback that asks nobody", async () => {
    const simulation = await cutOff(8)
    expect(await simulation?.once({ do: "rollback" }, never)).toBe("rolled-back")
    expect(simulation?.runs()).toBe("good-1")
  })
})

describe("the plan of a deployment by an override", () => {
  const basis = (rules: readonly OverrideRule[] | null, more: object = {}) => {
    const { question = {}, ...rest } = new Overridden().asked(["alice"], rules)
    const { override } = question as { override: object | null }
    const asked = override === null ? null : { ...override, ...more }
    const { request } = new Simulation().session({ ...rest, question: { override: asked } }).input
    return basisOf(request, prepared("good-1").target)
  }

  test("is another one, by rules, reason and limit, and never by the time of the call", () => {
    const all = [
      basis(null),
      basis(["approvals"]),
      basis(["gate-missing"]),
      basis(["approvals"], { reason: "outage 8" }),
      basis(["approvals"], { until: "2026-01-01T06:00:00Z" }),
      basis(["approvals"], { policy: { ...policy, maxAge: "6h" } }),
    ]
    expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(all.length)
    expect(basis(null)).not.toHaveProperty("override")
    expect(basis(["approvals"])).toEqual(basis(["approvals"]))
  })

  test("says so first, in red, and no reason can break out of that", async () => {
    const plan = await new Simulation("keep").planOf("good-1")
    const basisBy = basis(["approvals"], { reason: "**fine** `x` <b> [a](b)" })
    const page = planMarkdown({ ...plan, basis: basisBy }, planHash(plan), [])
    expect(page.split("\n").slice(4, 6)).toEqual([
      "> [!CAUTION]",
      "> **OVERRIDE of approvals**, for at most 12h: \\*\\*fine\\*\\* \\`x\\` \\<b\\> \\[a\\](b)",
    ])
    expect(planMarkdown(plan, planHash(plan), [])).not.toContain("OVERRIDE")
  })
})

test("status and its report name it as long as it runs", async () => {
  const simulation = await running()
  await simulation.call("good-2", ["alice"], ["approvals"])
  const said: string[] = []
  const written: Record<string, unknown> = {}
  const session = simulation.session({ say: (line) => said.push(line) })
  const json = async (name: string, value: object) => {
    written[name] = value
  }
  Object.assign(session.recorder, { json })
  await status(session)
  expect(said).toContain("OVERRIDE of approvals until 2026-01-01T12:00:00.000Z: outage 7")
  const report = statusReport.parse(written["status.json"])
  expect(report.current).toMatchObject({ override: recorded, verificationExpires: recorded.until })
  expect(report.history.map(({ override }) => override)).toEqual([undefined, recorded])
})
