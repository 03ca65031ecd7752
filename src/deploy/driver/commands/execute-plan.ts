import { type Digest, type Override, type Plan, planHash, SignalboxError } from "../../../domain/index.ts"
import { operate, type Recovery, recoveryOf, resume, type Stage, type Wanted } from "../../engine/index.ts"
import { isStuck } from "../../helm/index.ts"
import type { HeldLock } from "../../lock/index.ts"
import { countedApprovers } from "../../plan/index.ts"
import {
  finish,
  isUnfinished,
  type JournalDraft,
  openJournal,
  planOf,
  recordedAs,
  type StoredJournal,
  startRollback,
  takenOver,
  type Versioned,
} from "../../state/index.ts"
import { runs, type World } from "../../world/index.ts"
import { membersOf } from "../members.ts"
import { observeHeld } from "../observation.ts"
import type { DriverSession, RenderedRelease } from "../session.ts"

/** Begins an operation in the journal and takes it to its end. */
export async function executePlan(
  session: DriverSession,
  lock: HeldLock,
  plan: Plan,
  context: {
    readonly journalVersion: string | null
    readonly rendered: RenderedRelease | null
    readonly reason: string | null
    /** Hash of the approved plan that this one repeats. */
    readonly approved?: Digest | null
    /** Rules that it sets aside. Default: none. */
    readonly override?: Override | null
  },
): Promise<StoredJournal> {
  const { reason, approved = null, override = null } = context
  const journal = journalOf(session, plan, { fence: lock.fence, reason, approved, override })
  await assertNewOperation(session, journal.operation)
  lock.assertHeld()
  const stored = await session.store.beginJournal(journal, context.journalVersion)
  return run(session, lock, stored, context.rendered)
}

/**
 * What the ledger has of an operation stands: one that begins under the same id would end at once, with the former result.
 * @throws USAGE
 */
async function assertNewOperation({ store, input }: DriverSession, operation: string): Promise<void> {
  const ledger = (await store.readLedger())?.value
  if (ledger?.entries.every((entry) => entry.operation !== operation) !== false) return
  throw new SignalboxError("USAGE", {
    what: `operation ${operation} is already in the ledger of ${input.request.environment.name}`,
    why: "each call has an id of its own: another one with the same id would report the former result",
    next: "call again: the id is made from the time and a random number",
  })
}

/** The journal of a plan that begins to be carried out. */
export function journalOf(
  { clock, input }: DriverSession,
  plan: Plan,
  now: Pick<JournalDraft, "fence" | "reason" | "approved" | "override">,
): StoredJournal {
  const { operation, holder } = input.request
  const started = clock.now().toISOString()
  // Going back needs no approval, also where a deployment was asked for.
  const approvedBy = plan.kind === "rollback" ? [] : countedApprovers(input.request)
  const who = { by: holder.who, approvedBy }
  return openJournal({ operation, plan, planHash: planHash(plan), ...who, started, ...now })
}

interface DeploymentRequest {
  readonly rendered: RenderedRelease
  /** The steps that would deploy it in a world. */
  stepsIn(world: World): Plan["steps"]
  /** What would refuse it today. */
  refusalsIn(world: World): readonly SignalboxError[]
  /** What its override sets aside today; null: nothing. */
  overrideIn(world: World): Override | null
}

/** What became of an operation that was interrupted. */
export interface Recovered {
  readonly how: Recovery
  readonly journal: StoredJournal
}

/** It ended where only a person goes on, and no earlier call has reported that. */
export function needsPerson({ journal }: Recovered): boolean {
  return journal.outcome === "person-needed"
}

/**
 * Settles an operation whose driver died, before anything else is done. Finishing exactly its plan, or going back to
 * what was verified, needs no new approval.
 * @param wanted what is to be deployed now, with its rendered release; null for a manual rollback.
 */
export async function recover(
  session: DriverSession,
  lock: HeldLock,
  wanted: (Omit<Wanted, "steps" | "refused"> & DeploymentRequest) | null,
): Promise<Recovered | null> {
  const first = await observeHeld(session, lock)
  if (!isUnfinished(first.journal?.value ?? null)) return null
  // What its driver may still have on the way to the ledger must not arrive after the look that decides.
  lock.assertHeld()
  await session.store.writeLedger({ ...first.world.ledger, takenOver: lock.fence }, first.ledgerVersion)
  const observed = await observeHeld(session, lock)
  const journal = observed.journal
  if (journal === null || !isUnfinished(journal.value)) return null
  const refusals = wanted?.refusalsIn(observed.world) ?? []
  const requested =
    wanted === null
      ? null
      : { ...wanted, steps: wanted.stepsIn(observed.world), refused: refusals.length > 0 }
  const how = recoveryOf(journal.value, observed.world.ledger, requested)
  const plan = planOf(journal.value)
  for (const { code, detail } of refusals)
    session.recorder.say(
      `recovery: refused today: ${code}: ${detail.what}${detail.why === undefined ? "" : ` (${detail.why})`}`,
    )
  session.recorder.say(
    `recovery: operation ${journal.value.operation} (${plan.target.version}) was interrupted: ${recoveryTexts[how]}`,
  )
  if (how === "close") return { how, journal: await close(session, lock, observed) }
  const goal = journal.value.phase === "back" ? plan.fallback : plan.target
  const resumed = resume(
    session.steps,
    journal.value,
    lock.fence,
    goal !== null && runs(observed.world, goal),
  )
  const turned =
    how === "roll-back" && resumed.phase === "forward"
      ? startRollback(
          resumed,
          `interrupted, then replaced by operation ${session.input.request.operation}`,
          wanted === null,
        )
      : how === "resume" && resumed.phase === "forward"
        ? takenOver(
            resumed,
            countedApprovers(session.input.request),
            wanted?.overrideIn(observed.world) ?? null,
          )
        : resumed
  lock.assertHeld()
  const stored = await session.store.writeJournal(turned, journal.version)
  return {
    how,
    journal: await run(session, lock, stored, how === "resume" ? (wanted?.rendered ?? null) : null),
  }
}

const recoveryTexts: Readonly<Record<Recovery, string>> = {
  resume: "its plan is finished",
  "roll-back": "going back to what was verified first",
  finish: "its rollback is finished first",
  close: "the ledger has how it ended, or there is nothing to go back to",
}

async function close(
  session: DriverSession,
  lock: HeldLock,
  observed: Awaited<ReturnType<typeof observeHeld>>,
): Promise<StoredJournal> {
  const { environment } = session.input.request
  const journal = observed.journal as Versioned<StoredJournal>
  const { strategy } = membersOf(session, planOf(journal.value))
  for (const { revision } of observed.world.revisions.filter(isStuck)) {
    lock.assertHeld()
    await strategy.settle(session.api, environment, revision)
  }
  const outcome = recordedAs(observed.world.ledger, journal.value.operation)
  const own = { ...journal.value, fence: lock.fence }
  const closed =
    outcome === undefined ? finish(own, "failed", own.cause ?? "interrupted") : finish(own, outcome)
  lock.assertHeld()
  return (await session.store.writeJournal(closed, journal.version)).value
}

async function run(
  session: DriverSession,
  lock: HeldLock,
  journal: Versioned<StoredJournal>,
  rendered: RenderedRelease | null,
): Promise<StoredJournal> {
  const { request } = session.input
  const plan = planOf(journal.value)
  session.held = { operation: journal.value.operation, fence: lock.fence }
  const stage: Stage = {
    ...membersOf(session, plan),
    clock: session.clock,
    lock: {
      lost: AbortSignal.any([lock.lost, session.interrupt]),
      assertHeld: () => {
        session.interrupt.throwIfAborted()
        lock.assertHeld()
      },
    },
    store: session.store,
    api: session.api,
    actions: session.actions(journal.value.operation, rendered),
    observe: () => observeHeld(session, lock),
    tell: (event) => session.recorder.tell(event),
  }
  return operate(stage, {
    plan,
    journal,
    settings: request.environment,
    evidence: request.evidence,
  })
}
