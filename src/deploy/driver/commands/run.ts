import type { HeldLock } from "../../lock/index.ts"
import { isUnfinished } from "../../state/index.ts"
import { runningOf } from "../../world/index.ts"
import { ensureNamespace, withLock } from "../locked.ts"
import { type CommandResult, resultOf } from "../result.ts"
import type { DriverSession } from "../session.ts"
import { proofOf } from "../tests.ts"
import { carryOut, recover } from "./carry-out.ts"
import {
  checkApproval,
  checkPolicy,
  look,
  lookHeld,
  makePlan,
  type Prepared,
  prepare,
  writePlan,
} from "./preparation.ts"

/** Deploys or promotes a release: what can be refused is refused before the environment is locked. */
export async function run(session: DriverSession): Promise<CommandResult> {
  const cluster = await ensureNamespace(session, true)
  const first = await look(session)
  const prepared = await prepare(session, first.world)
  if (!isUnfinished(first.journal?.value ?? null)) {
    await checkPolicy(session, prepared, first.world, true)
    const plan = makePlan(session, prepared, first, cluster)
    await writePlan(session, plan)
    checkApproval(session, plan)
  }
  const before = runningOf(first.world)
  const result = await withLock(session, (lock) => deploy(session, lock, prepared, cluster))
  return { ...result, before, after: runningOf((await look(session)).world) }
}

/** Deploys what was prepared, while the environment is held: first settles what was interrupted. */
export async function deploy(
  session: DriverSession,
  lock: HeldLock,
  prepared: Prepared,
  cluster: string,
): Promise<CommandResult> {
  const brought = { target: prepared.target, inputs: prepared.inputs }
  const recovered = await recover(session, lock, {
    set: prepared.target.set,
    proof: proofOf(session),
    brought,
  })
  if (recovered?.how === "resume") return resultOf(recovered.journal)
  const seen = await lookHeld(session, lock)
  await checkPolicy(session, prepared, seen.world, recovered !== null)
  const plan = makePlan(session, prepared, seen, cluster)
  await writePlan(session, plan)
  checkApproval(session, plan)
  const journalVersion = seen.journal?.version ?? null
  return resultOf(await carryOut(session, lock, plan, { journalVersion, brought, reason: null }))
}
