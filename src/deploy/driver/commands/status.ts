import { type LedgerEntry, overrideText, SignalboxError } from "../../../domain/index.ts"
import { readLock, unlock as takeLock } from "../../lock/index.ts"
import { verificationOf } from "../../plan/index.ts"
import type { StatusReport } from "../../report.ts"
import { deploymentOfRevision, isUnfinished, planOf, verifiedEntries } from "../../state/index.ts"
import { differences, drift, runningOf } from "../../world/index.ts"
import { ensureNamespace } from "../locked.ts"
import { type Observation, observe } from "../observation.ts"
import { type CommandResult, done } from "../result.ts"
import type { DriverSession } from "../session.ts"

/** What runs, since when, verified by what. Changes nothing. */
export async function status(session: DriverSession): Promise<CommandResult> {
  const cluster = await ensureNamespace(session, false)
  const observed = await observe(session)
  const report = await statusOf(session, observed, cluster)
  await session.recorder.json("status.json", report)
  for (const line of statusLines(report, verifiedEntries(observed.world.ledger)[0]))
    session.recorder.say(line)
  return { ...done(), after: report.running }
}

/** Journal and ledger as they are; they are written for every command. */
export async function operation(session: DriverSession): Promise<CommandResult> {
  const journal = await session.store.readJournal()
  session.recorder.say(
    journal === null
      ? "no operation was ever run here"
      : `operation ${journal.value.operation}: ${journal.value.outcome ?? `in phase ${journal.value.phase}`}`,
  )
  return done()
}

/** Takes the lock away from a holder that a person knows to be dead. */
export async function unlock(session: DriverSession): Promise<CommandResult> {
  const { unlock: wanted, environment } = session.input.request
  if (wanted === null)
    throw new SignalboxError("USAGE", { what: "unlock needs the holder", next: "add --holder NAME" })
  const taken = await takeLock(session.api, environment.namespace, wanted.holder)
  session.recorder.say(taken === null ? "there is no lock" : `the lock of ${taken.holder} is removed`)
  return { ...done(), ...(taken === null ? {} : { fence: taken.fence }) }
}

async function statusOf(
  session: DriverSession,
  observed: Observation,
  cluster: string,
): Promise<StatusReport> {
  const { environment, date } = session.input.request
  const { ledger, current: running } = observed.world
  const lock = await readLock(session.api, environment.namespace)
  const entry = running === null ? undefined : deploymentOfRevision(ledger, running.revision)
  const journal = observed.journal?.value ?? null
  const verification = entry && verificationOf(ledger, entry.set, environment.verificationTtl.ms, date)
  const other = entry === undefined ? null : drift(observed.world, entry.set)
  const changed = observed.world.served?.changed[0]
  const reasons = [
    ...(verification?.ok === false ? [verification.why] : []),
    ...[other ?? changed].filter((one) => one != null),
  ]
  return {
    schemaVersion: 1,
    environment: environment.name,
    namespace: environment.namespace,
    cluster,
    running: runningOf(observed.world),
    current:
      entry === undefined
        ? null
        : {
            version: entry.set.version,
            record: entry.set.record,
            images: entry.set.images,
            since: entry.at,
            by: entry.by,
            verified: reasons.length === 0,
            unverified: reasons.length === 0 ? null : reasons.join("; "),
            verificationExpires:
              reasons.length === 0 && verification?.ok ? verification.expires.toISOString() : null,
            ...(entry.override === undefined ? {} : { override: entry.override }),
          },
    differences: entry === undefined ? [] : differences(observed.world, entry.set),
    lock: lock === null ? null : { holder: lock.holder ?? "", fence: lock.fence },
    interrupted: isUnfinished(journal)
      ? {
          operation: journal.operation,
          version: planOf(journal).target.version,
          phase: journal.phase,
          step: journal.steps.find((step) => step.state === "running")?.id ?? null,
        }
      : null,
    holds: ledger.holds.map(({ version, reason, since }) => ({ version, reason, since })),
    history: ledger.entries.map((one) => ({
      sequence: one.sequence,
      at: one.at,
      by: one.by,
      kind: one.kind,
      version: one.set.version,
      revision: one.revision,
      outcome: one.noVerdict === undefined ? one.outcome : `${one.outcome}, no verdict`,
      ...(one.approvedBy === undefined ? {} : { approvedBy: one.approvedBy }),
      ...(one.override === undefined ? {} : { override: one.override }),
      reason: one.reason ?? null,
    })),
  }
}

/** The running release is in no ledger: an operation has not ended yet, or another client has deployed it. */
function unrecorded({ interrupted, running }: StatusReport, last: LedgerEntry | undefined): string {
  const before = last === undefined ? "nothing is verified" : `last verified: ${last.set.version}`
  return interrupted === null
    ? `nothing that Signalbox deployed (Helm: ${running.status}); ${before}`
    : `${interrupted.version} is on its way and not verified (Helm: ${running.status}); ${before}`
}

/** @param last newest entry whose verification stands */
function statusLines(status: StatusReport, last: LedgerEntry | undefined): readonly string[] {
  const { running, current, lock, interrupted } = status
  const verified =
    current?.verified === true
      ? `verified until ${current.verificationExpires}`
      : `not verified: ${current?.unverified}`
  const nothingYet = running.revision === 0 && status.history.length === 0
  return [
    ...(nothingYet
      ? [`${status.environment}: nothing was ever deployed`]
      : [
          current === null
            ? `${status.environment}: ${unrecorded(status, last)}`
            : `${status.environment}: ${current.version}, since ${current.since} by ${current.by}, ${verified}`,
          ...(current?.override === undefined ? [] : [overrideText(current.override)]),
          `running: revision ${running.revision} (${running.status}), ${running.ready ? "all pods ready" : "not all pods ready"}`,
        ]),
    ...Object.entries(running.images).map(
      ([component, digests]) => `  ${component}: ${digests.join(", ") || "no pod"}`,
    ),
    ...status.differences.map((one) => `differs from ${current?.version ?? "the record"}: ${one}`),
    ...(lock === null ? [] : [`locked by ${lock.holder} as number ${lock.fence}`]),
    ...(interrupted === null
      ? []
      : [
          `operation ${interrupted.operation} (${interrupted.version}) was interrupted or is running (phase ${interrupted.phase}, step ${interrupted.step ?? "none"})`,
        ]),
    ...status.holds.map((hold) => `held: ${hold.version} since ${hold.since}: ${hold.reason}`),
  ]
}
