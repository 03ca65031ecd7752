/** An approved call that is made again, by whoever did not hear how it ended, asks for no other approval. */
import { describe, expect, test } from "vitest"
import { type Digest, SignalboxError, sha256 } from "../../../src/domain/index.ts"
import { executeWish, Simulation } from "./support/simulation.ts"

/** One call with an approval; the code of what refuses it, or its outcome. */
async function call(simulation: Simulation, version: string, approve: Digest): Promise<string> {
  const session = simulation.session({ question: { approve } })
  try {
    return (await executeWish(session, { do: "deploy", version })).outcome
  } catch (error) {
    if (error instanceof SignalboxError) return error.code
    throw error
  }
}

/** What a person would approve for it now. */
async function hashOf(simulation: Simulation, version: string): Promise<Digest> {
  const session = simulation.session({ question: { approve: sha256("another plan") } })
  const refused = await executeWish(session, { do: "deploy", version }).catch((error: unknown) => error)
  const hash = /sha256:[0-9a-f]{64}$/.exec(refused instanceof SignalboxError ? refused.message : "")?.[0]
  if (hash === undefined) throw new Error(`no plan was refused: ${refused}`)
  return hash as Digest
}

async function approved(version: string) {
  const simulation = new Simulation("keep")
  await simulation.untilDone({ do: "deploy", version: "good-1" }, [])
  return { simulation, hash: await hashOf(simulation, version) }
}

describe("the same call with the same approval", () => {
  test("V02: is answered with 0 after it ended well, without another roll-out", async () => {
    const { simulation, hash } = await approved("good-2")
    expect(await call(simulation, "good-2", hash)).toBe("verified")
    const revisions = simulation.revisions().length
    expect(await call(simulation, "good-2", hash)).toBe("verified")
    expect(await call(simulation, "good-2", hash)).toBe("verified")
    expect(simulation.revisions()).toHaveLength(revisions)
  })

  test("V25: repeats the load test as often as it gives no verdict", async () => {
    const { simulation, hash } = await approved("undecided-8")
    for (const _time of [1, 2, 3]) expect(await call(simulation, "undecided-8", hash)).toBe("inconclusive")
  })

  test("is stale when something else was done since, or its release does not run", async () => {
    const { simulation, hash } = await approved("good-2")
    await call(simulation, "good-2", hash)
    simulation.release.stopPods()
    expect(await call(simulation, "good-2", hash)).toBe("PLAN_STALE")
    await simulation.untilDone({ do: "deploy", version: "good-5" }, [])
    expect(await call(simulation, "good-2", hash)).toBe("PLAN_STALE")
  })

  test("is stale when a test by hand has failed since", async () => {
    const { simulation, hash } = await approved("good-2")
    await call(simulation, "good-2", hash)
    await simulation.failByHand()
    expect(await call(simulation, "good-2", hash)).toBe("PLAN_STALE")
  })
})
