/** What `status` says of an environment, over the real journal and ledger in memory. */
import { expect, test } from "vitest"
import { status } from "../../../src/deploy/driver/commands/status.ts"
import { append, isUnfinished } from "../../../src/deploy/state/index.ts"
import { Simulation } from "./support/simulation.ts"

async function firstLine(world: Simulation): Promise<string | undefined> {
  const said: string[] = []
  await status(world.session({ say: (line) => said.push(line) }))
  return said[0]
}

test("nothing was ever deployed", async () => {
  expect(await firstLine(new Simulation())).toMatch(/: nothing was ever deployed$/)
})

test("a verified version is named, and until when that holds", async () => {
  const world = new Simulation()
  await world.untilDone({ do: "deploy", version: "good-1" }, [])
  expect(await firstLine(world)).toMatch(/: good-1, since .* verified until /)
})

test("what an interrupted deployment has brought is named, not taken for somebody else's", async () => {
  const world = new Simulation()
  await world.untilDone({ do: "deploy", version: "good-1" }, [])
  for (let point = 0; world.runs() === "good-1"; point++)
    await world.once({ do: "deploy", version: "good-2" }, point)
  expect(isUnfinished(world.journal())).toBe(true)
  expect(await firstLine(world)).toMatch(
    /: good-2 is on its way and not verified \(Helm: .*\); last verified: good-1$/,
  )
})

test("a version whose verification a test by hand took back is not the last verified one", async () => {
  const world = new Simulation()
  await world.untilDone({ do: "deploy", version: "good-1" }, [])
  const { store } = world.session()
  const found = await store.readLedger()
  const [verified] = found?.value.entries ?? []
  if (found === null || verified === undefined) throw new Error("nothing was recorded")
  await store.writeLedger(
    append(found.value, { ...verified, kind: "smoke", outcome: "failed" }),
    found.version,
  )
  for (let point = 0; world.runs() === "good-1"; point++)
    await world.once({ do: "deploy", version: "good-2" }, point)
  expect(await firstLine(world)).toMatch(/; nothing is verified$/)
})
