import type { Plan } from "../../../domain/index.ts"
import type { HeldLock } from "../../lock/index.ts"
import { basisOf } from "../../plan/index.ts"
import {
  holdOn,
  isUnfinished,
  planOf,
  sameBasis,
  sameDetails,
  sameProof,
  sameRelease,
  sameSet,
} from "../../state/index.ts"
import { runningOf, runs } from "../../world/index.ts"
import { ensureNamespace, withLock } from "../locked.ts"
import { type Observation, observe, observeHeld } from "../observation.ts"
import { assertPolicyAnchor, setPolicyAnchor } from "../policy-anchor.ts"
import { type CommandResult, resultOf } from "../result.ts"
import type { DriverSession } from "../session.ts"
import { proofOf } from "../verification.ts"
import { executePlan, needsPerson, type Recovered, recover } from "./execute-plan.ts"
import {
  checkApproval,
  checkApprovers,
  checkPolicy,
  makePlan,
  overrideOf,
  type Prepared,
  prepare,
  refusalsToResume,
  stepsOfPrepared,
  tellOverride,
  writePlan,
} from "./preparation.ts"
import { entryToRestore, goBackTo, isRestored } from "./rollback.ts"

/** Deploys or promotes a release: what can be refused is refused before the environment is locked. */
export async function run(session: DriverSession): Promise<CommandResult> {
  const cluster = await ensureNamespace(session, true)
  await assertPolicyAnchor(session.api, session.input.request)
  const first = await observe(session)
  const prepared = await prepare(session, first.world)
  if (!isUnfinished(first.journal?.value ?? null)) {
    await checkPolicy(session, prepared, first.world, true)
    const plan = makePlan(session, prepared, first, cluster)
    await writePlan(session, plan, first.world, prepared.target)
    if (!continuesApproved(session, plan, first)) checkApproval(session, plan)
    checkApprovers(session, first.world)
  }
  const before = runningOf(first.world)
  const result = await withLock(session, (lock) => deploy(session, lock, prepared, cluster))
  return { ...result, before, after: runningOf((await observe(session)).world) }
}

/** Deploys what was prepared, while the environment is held: first settles what was interrupted. */
export async function deploy(
  session: DriverSession,
  lock: HeldLock,
  prepared: Prepared,
  cluster: string,
): Promise<CommandResult> {
  const rendered = { target: prepared.target, inputs: prepared.inputs }
  const recovered = await recover(session, lock, {
    set: prepared.target.set,
    proof: proofOf(session),
    basis: basisOf(session.input.request, prepared.target),
    stepsIn: (world) => stepsOfPrepared(session, prepared, world),
    refusalsIn: (world) => refusalsToResume(session, prepared, world),
    overrideIn: (world) => overrideOf(session, prepared, world),
    rendered,
  })
  // After a recovery that needs a person nothing more is deployed: its result would be lost among what follows.
  if (recovered !== null && (recovered.how === "resume" || needsPerson(recovered)))
    return resultOf(recovered.journal, session.steps)
  const observed = await observeHeld(session, lock)
  const recorded =
    recovered === null ? null : await asRecorded(session, lock, { recovered, prepared, cluster, observed })
  if (recovered !== null && recorded !== null) return recorded
  await checkPolicy(session, prepared, observed.world, recovered !== null)
  const plan = makePlan(session, prepared, observed, cluster)
  await writePlan(session, plan, observed.world, prepared.target)
  const repeats = continuesApproved(session, plan, observed)
  if (!repeats) checkApproval(session, plan)
  checkApprovers(session, observed.world)
  const journalVersion = observed.journal?.version ?? null
  await setPolicyAnchor(session.api, session.input.request)
  const approved = repeats ? session.input.request.approve : null
  const override = overrideOf(session, prepared, observed.world)
  tellOverride(session, prepared, observed.world)
  const context = { journalVersion, rendered, reason: null, approved, override }
  return resultOf(await executePlan(session, lock, plan, context), session.steps)
}

/**
 * The result of a call whose own operation ended and was cut off before it could report that, as long as the result
 * still holds; null: the operation has to be repeated. A set that was rolled back to and does not run well any more is
 * restored once more, which needs no approval.
 */
async function asRecorded(
  session: DriverSession,
  lock: HeldLock,
  now: {
    readonly recovered: Recovered
    readonly prepared: Prepared
    readonly cluster: string
    readonly observed: Observation
  },
): Promise<CommandResult | null> {
  const { recovered, prepared, cluster, observed } = now
  const { journal } = recovered
  const plan = planOf(journal)
  if (recovered.how !== "close" || !sameRelease(plan.target, prepared.target.set)) return null
  if (journal.outcome === "verified") {
    const stands =
      runs(observed.world, plan.target) &&
      holdOn(observed.world.ledger, plan.target) === undefined &&
      sameProof(plan.proof, proofOf(session)) &&
      sameBasis(plan.basis, basisOf(session.input.request, prepared.target)) &&
      sameDetails(plan.steps, stepsOfPrepared(session, prepared, observed.world))
    return stands ? resultOf(journal, session.steps) : null
  }
  if (journal.outcome !== "rolled-back") return null
  if (isRestored(observed.world, recovered)) return resultOf(journal, session.steps)
  const to = entryToRestore(observed.world, recovered)
  if (to === undefined) return null
  const reason = `${to.set.version} did not run any more after operation ${journal.operation}`
  const again = await goBackTo(session, lock, { cluster, observed, to, reason })
  return resultOf(again.outcome === "verified" ? journal : again, session.steps)
}

/**
 * An approved plan was carried out, whether its load test gave a verdict or not; its release runs, and nothing was done
 * since. The same call, repeated by a caller that did not get its result, only repeats the tests.
 */
function continuesApproved(session: DriverSession, plan: Plan, observed: Observation): boolean {
  const journal = observed.journal?.value
  const { approve } = session.input.request
  if (journal?.outcome !== "inconclusive" && journal?.outcome !== "verified") return false
  if (approve === null || (journal.approved ?? journal.planHash) !== approve) return false
  const approved = planOf(journal)
  return (
    observed.world.ledger.entries.at(-1)?.operation === journal.operation &&
    approved.cluster === plan.cluster &&
    sameSet(approved.target, plan.target) &&
    sameProof(approved.proof, proofOf(session)) &&
    plan.basis !== undefined &&
    sameBasis(approved.basis, plan.basis) &&
    sameDetails(approved.steps, plan.steps) &&
    runs(observed.world, plan.target)
  )
}
