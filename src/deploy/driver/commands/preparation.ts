import { parseManifests, parseValues, secretsIn } from "../../../chart/index.ts"
import { type Plan, planHash, type ReleaseRecord, SignalboxError } from "../../../domain/index.ts"
import { assertPassesAccess } from "../../access/index.ts"
import type { HeldLock } from "../../lock/index.ts"
import {
  planDeployment,
  planMarkdown,
  type ReleaseInputs,
  refusals,
  resolveTarget,
  type Target,
  throwRefusals,
} from "../../plan/index.ts"
import { emptyLedger, isUnfinished, type StoredJournal, type Versioned } from "../../state/index.ts"
import { capabilities, type World } from "../../world/index.ts"
import { readRelease } from "../input.ts"
import { readState } from "../locked.ts"
import { configuredMembers, strategyHere } from "../members.ts"
import { assertNamespaceOwner } from "../namespace-owner.ts"
import { askServer } from "../preflight.ts"
import type { DriverSession } from "../session.ts"
import { loadPlanOf, proofOf, smokeDefinitionOf } from "../tests.ts"

/** What is there, and in which versions the state was read. */
export interface Seen {
  readonly world: World
  readonly ledgerVersion: string | null
  readonly journal: Versioned<StoredJournal> | null
}

/**
 * Reads what decisions are made from.
 * @throws STATE_DAMAGED when the ledger was lost: it must never lift a hold; CONFIG_INVALID when what lies here is
 * somebody else's.
 */
export async function look(session: DriverSession): Promise<Seen> {
  const { environment } = session.input.request
  const { ledger, journal } = await readState(session)
  assertNamespaceOwner(session.input.request, ledger?.value ?? null, journal?.value ?? null)
  const strategy = strategyHere(session, journal?.value ?? null)
  const known = ledger?.value ?? emptyLedger(environment.name)
  const world = await strategy.observe(session.api, environment, known)
  learnRevisions(session, world)
  return { world, ledgerVersion: ledger?.version ?? null, journal }
}

/** What was deployed may hold secrets that a plan shows nobody, and that tools quote. */
function learnRevisions({ secrets, learnt }: DriverSession, { revisions }: World): void {
  for (const { manifests, manifest } of revisions) {
    if (learnt.has(manifests)) continue
    learnt.add(manifests)
    secrets.learn(secretsIn(parseManifests(manifest)))
  }
}

/** The same while this run holds the environment. @throws LOCK_LOST when a later holder has written since. */
export async function lookHeld(session: DriverSession, lock: HeldLock): Promise<Seen> {
  const seen = await look(session)
  lock.assertLast(Math.max(seen.journal?.value.fence ?? 0, seen.world.ledger.fence))
  return seen
}

/** A release rendered for this environment. */
export interface Prepared {
  readonly record: ReleaseRecord
  readonly inputs: ReleaseInputs
  readonly target: Target
}

export async function prepare(session: DriverSession, world: World): Promise<Prepared> {
  const { record } = session.input.request
  if (record === null)
    throw new SignalboxError("USAGE", { what: "a plan needs a release", next: "name one: --release VERSION" })
  // What runs at the end of a deployment is checked before it begins.
  const { checks } = smokeDefinitionOf(session, session.input.smoke)
  assertPassesAccess(session.input.request.environment.access, checks)
  if (session.input.request.environment.load.profile !== "none") loadPlanOf(session)
  const inputs = await readRelease(session.input, session.work)
  const options = { isUpgrade: world.revisions.length > 0, ...(await capabilities(session.api)) }
  for (const [index, { text }] of inputs.values.entries()) {
    const values = parseValues(text, session.input.request.values[index] ?? "values")
    session.secrets.learn(secretsIn([{ kind: "values", body: { values } }]))
  }
  const target = await resolveTarget(session.helm, record, inputs, options)
  session.secrets.learn(secretsIn(target.objects))
  return { record, inputs, target }
}

/** Throws what refuses the release here. Asking the API server takes a while: false where it was just done. */
export async function checkPolicy(
  session: DriverSession,
  prepared: Prepared,
  world: World,
  ask: boolean,
): Promise<void> {
  const context = { ledger: world.ledger, chart: prepared.inputs.chart }
  const all = refusals(session.input.request, prepared.record, prepared.target, context)
  const answers = ask ? await askServer(session, prepared.target, prepared.inputs, world) : []
  throwRefusals([...all, ...answers])
}

export function makePlan(session: DriverSession, prepared: Prepared, seen: Seen, cluster: string): Plan {
  const journal = seen.journal?.value ?? null
  const interrupted = isUnfinished(journal) ? journal.operation : null
  const { request, loadScript } = session.input
  const members = configuredMembers(session)
  const facts = { members, request, cluster, world: seen.world, interrupted, canLoad: loadScript !== null }
  return planDeployment({ ...facts, proof: proofOf(session) }, prepared.target)
}

export async function writePlan(session: DriverSession, plan: Plan): Promise<void> {
  const hash = planHash(plan)
  await session.recorder.json("plan.json", plan)
  await session.recorder.text("plan.hash", `${hash}\n`)
  await session.recorder.text("plan.md", planMarkdown(plan, hash))
}

/**
 * Holds a plan against the approval that was given.
 * @throws APPROVAL_REQUIRED with the hash, or PLAN_STALE when another plan was approved.
 */
export function checkApproval(session: DriverSession, plan: Plan): void {
  const { environment, approve } = session.input.request
  const hash = planHash(plan)
  if (approve === hash) return
  if (approve !== null)
    throw new SignalboxError("PLAN_STALE", {
      what: "the approved plan is not the one that would be carried out now",
      where: environment.name,
      why: `approved was ${approve}, the plan is now ${hash}: the release, the cluster or the policy has changed since`,
      next: `look at the plan again, then approve ${hash}`,
    })
  if (environment.protected)
    throw new SignalboxError("APPROVAL_REQUIRED", {
      what: `${environment.name} waits for the approval of this plan`,
      where: environment.name,
      why: `hash ${hash}`,
      next: `look at the plan, then call again with --approve ${hash}`,
      context: { planHash: hash },
    })
}
