/** Two that share a namespace by mistake never touch each other's operations. */
import { beforeEach, expect, test } from "vitest"
import { hold } from "../../../src/deploy/driver/commands/holds.ts"
import { rollback } from "../../../src/deploy/driver/commands/rollback.ts"
import { observe } from "../../../src/deploy/driver/observation.ts"
import type { MemoryCall } from "./support/session.ts"
import { Simulation } from "./support/simulation.ts"

let world: Simulation
beforeEach(async () => {
  world = new Simulation()
  await world.untilDone({ do: "deploy", version: "good-1" }, [])
})

const others: readonly (readonly [string, Pick<MemoryCall, "environment" | "question">, RegExp])[] = [
  ["environment", { environment: { name: "production" } }, /ledger's environment is staging, not production/],
  ["project", { question: { project: "other" } }, /operation's project is test, not other/],
  ["Helm release", { environment: { release: "other" } }, /operation's Helm release is app, not other/],
]

test.each(others)(
  "what is another %s's is refused, also where its operation was interrupted",
  async (_name, other, why) => {
    expect(await world.once({ do: "deploy", version: "good-2" }, 12)).toBeNull()
    const before = [...world.api.objects]
    const session = () =>
      world.session({ ...other, question: { hold: { version: null, reason: "?" }, ...other.question } })
    for (const command of [observe, hold, rollback])
      await expect(command(session())).rejects.toMatchObject({
        ...{ code: "CONFIG_INVALID", exitCode: 13 },
        detail: { why: expect.stringMatching(why) },
      })
    expect([...world.api.objects]).toEqual(before)
  },
)
