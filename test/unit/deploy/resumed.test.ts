/** An operation that was cut off asks again for what allowed it, before anything more is rolled out. */
import { describe, expect, test } from "vitest"
import { deploy as carryOut } from "../../../src/deploy/driver/commands/run.ts"
import { withLock } from "../../../src/deploy/driver/locked.ts"
import { SignalboxError } from "../../../src/domain/index.ts"
import { consistent } from "./support/consistent.ts"
import { prepared, Simulation } from "./support/simulation.ts"

/** The same call once more, some time later: the release's gate is not what it was. */
async function laterCall(simulation: Simulation, version: string, verdict: "pass" | "fail") {
  const release = prepared(version)
  const gate = { gate: "vulnerabilities", verdict, summary: "", tools: [] }
  const record = { ...release.record, gates: [gate] } as unknown as typeof release.record
  const session = simulation.session()
  try {
    const found = await withLock(session, (lock) => carryOut(session, lock, { ...release, record }, "uid-1"))
    return found.outcome
  } catch (error) {
    if (error instanceof SignalboxError) return error.exitCode
    throw error
  }
}

/** good-1 runs; the roll-out of good-2 dies after some writes. */
async function cutOff(diesAfter: number): Promise<Simulation> {
  const simulation = new Simulation("keep")
  await simulation.untilDone({ do: "deploy", version: "good-1" }, [])
  await simulation.once({ do: "deploy", version: "good-2" }, diesAfter)
  return simulation
}

describe("V20 a resumed operation asks evidence, promotion, holds and policy anew", () => {
  test("V20 wherever it was cut off: refused with 16, back on what was verified", async () => {
    const points = [2, 4, 6, 8, 10, 12, 14, 16]
    let met = 0
    for (const diesAfter of points) {
      const simulation = await cutOff(diesAfter)
      if (simulation.journal()?.phase === "finished" || simulation.journal() === null) continue
      met++
      expect(await laterCall(simulation, "good-2", "fail")).toBe(16)
      expect([simulation.runs(), simulation.inTraffic()]).toEqual(["good-1", true])
      expect(simulation.journal()?.phase).toBe("finished")
      consistent(simulation)
    }
    expect(met).toBeGreaterThan(2)
  })

  test("V20 with evidence that holds it is finished, as it was approved", async () => {
    const simulation = await cutOff(10)
    expect(await laterCall(simulation, "good-2", "pass")).toBe("verified")
    expect(simulation.runs()).toBe("good-2")
  })
})
