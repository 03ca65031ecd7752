import { type ClusterAccess, type Outcome, readJson, type Session } from "../src/call/index.ts"
import { type StatusReport, statusReport } from "../src/deploy/report.ts"
import {
  type Digest,
  ExitCode,
  oneLine,
  overrideText,
  parseVersion,
  recordDigest,
  SignalboxError,
} from "../src/domain/index.ts"
import { findRelease, lookUpRelease, type Release } from "./bundle.ts"
import { type DriverInput, drive, driveOrThrow, toOutcome } from "./driver.ts"
import { assertSigningKey } from "./evidence.ts"
import { evidenceReference, recordEvidence } from "./operation-evidence.ts"

/**
 * Rolls back to the last verified release, or to a verified Helm revision, and verifies it by its smoke test. Works
 * without the registry, too: the cluster has a bundle of each release that a rollback may need.
 */
export async function rollback(
  session: Session,
  name: string,
  access: ClusterAccess,
  request: {
    readonly revision?: number | undefined
    readonly reason?: string | undefined
    readonly rehearse: boolean
  },
): Promise<Outcome> {
  const environment = await session.environment(name)
  const status = await observe(session, name, access)
  // The smoke test of the running release: usually the same file as that of the rollback's target.
  const { current } = status
  const { release, note } = await ifReadable(
    async () => (current === null ? undefined : lookUpRelease(session, current.version)),
    current?.record,
  )
  const input: DriverInput = {
    evidence: await evidenceReference(session, environment),
    rollback: {
      revision: request.revision ?? null,
      rehearse: request.rehearse,
      ...(request.reason === undefined ? {} : { reason: request.reason }),
    },
  }
  const run = await drive(session, "rollback", environment, access, input, release?.files)
  const outcome = await recordEvidence(session, environment, run)
  return note === null ? outcome : withNote(outcome, note)
}

/** A call that ends with 0 prints its standard output alone: a tag that was moved is named there, too. */
export function withNote(outcome: Outcome, note: string): Outcome {
  return outcome.exitCode === ExitCode.pass
    ? { ...outcome, stdout: `${note}\n${outcome.stdout}` }
    : { ...outcome, stderr: `${note}\n${outcome.stderr ?? ""}` }
}

/**
 * The release, or a note why the registry does not give it: neither an outage, nor a proxy's page, nor a tag that was
 * moved to another record must keep a bad release running. Whoever may write to the registry could stop rollbacks by it.
 * @param deployed digest of the record that was deployed. Another one is not used: its smoke test may be another, too.
 */
export async function ifReadable(
  lookUp: () => Promise<Release | undefined>,
  deployed?: Digest,
): Promise<{ readonly release: Release | undefined; readonly note: string | null }> {
  try {
    const release = await lookUp()
    if (release !== undefined && deployed !== undefined) assertDeployed(release, deployed)
    return { release, note: null }
  } catch (thrown) {
    const note = [
      `rolling back without the registry: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      "the rollback is verified by the smoke test that is stored in the cluster; without one, by every component's health path",
    ].join("\n")
    return { release: undefined, note }
  }
}

/** @throws RECORD_CONFLICT for a record that is not the one that was deployed */
function assertDeployed({ record, reference }: Release, deployed: Digest): void {
  const found = recordDigest(record)
  if (found === deployed) return
  throw new SignalboxError("RECORD_CONFLICT", {
    what: `the record of ${record.version} in the registry is not the one that was deployed`,
    where: reference,
    why: `the tag was moved: it has ${found}, deployed was ${deployed}`,
    next: `point the tag of ${record.version} at its own record again`,
  })
}

/** Holds a release in an environment, or lifts a hold. Without a version: holds the running release, lifts the only hold. */
export async function hold(
  session: Session,
  name: string,
  access: ClusterAccess,
  request: {
    readonly version?: string | undefined
    readonly reason?: string | undefined
    readonly lift: boolean
  },
): Promise<Outcome> {
  const { reason } = request
  const version = request.version === undefined ? null : parseVersion(request.version)
  if (reason === undefined)
    throw new SignalboxError("USAGE", {
      what: `${request.lift ? "lifting" : "setting"} a hold needs a reason`,
      next: "add --reason TEXT",
    })
  const environment = await session.environment(name)
  const input = request.lift ? { lift: { version, reason } } : { hold: { version, reason } }
  return recordEvidence(
    session,
    environment,
    await drive(session, request.lift ? "lift" : "hold", environment, access, input),
  )
}

/** Removes the lock of a named holder, for a person who knows that it is dead. */
export async function unlock(
  session: Session,
  name: string,
  access: ClusterAccess,
  holder: string,
): Promise<Outcome> {
  const environment = await session.environment(name)
  return recordEvidence(
    session,
    environment,
    await drive(session, "unlock", environment, access, { unlock: { holder } }),
  )
}

/** Runs the smoke or load test of the running release against its environment. */
export async function test(
  session: Session,
  command: "smoke" | "load",
  name: string,
  access: ClusterAccess,
  load: DriverInput["load"] = null,
): Promise<Outcome> {
  const environment = await session.environment(name)
  await assertSigningKey(session)
  const { current } = await observe(session, name, access)
  if (current === null)
    throw new SignalboxError("USAGE", {
      what: `nothing is deployed in ${name}`,
      next: `deploy a release first: dagger call deploy --environment ${name} --release VERSION`,
    })
  const release = await findRelease(session, current.version)
  const run = await drive(
    session,
    command,
    environment,
    access,
    { record: release.record, load, evidence: await evidenceReference(session, environment) },
    release.files,
  )
  return recordEvidence(session, environment, run)
}

/** The call `status`: what runs, as text. */
export async function status(session: Session, name: string, access: ClusterAccess): Promise<Outcome> {
  return toOutcome(await drive(session, "observe", await session.environment(name), access, {}))
}

/** The call `history`: every entry of the ledger, newest first. */
export async function history(session: Session, name: string, access: ClusterAccess): Promise<Outcome> {
  const { history } = await observe(session, name, access)
  return { exitCode: ExitCode.pass, stdout: historyText(history, name) }
}

/** One line for each entry: what others have written into a ledger makes no line of its own, which a CI could take for an order. */
export function historyText(history: StatusReport["history"], name: string): string {
  const lines = history
    .toReversed()
    .map(({ at, version, outcome, kind, by, approvedBy, override, revision, reason }) =>
      [
        at,
        version,
        outcome,
        `${kind} by ${by}`,
        `revision ${revision}`,
        ...(approvedBy === undefined ? [] : [`approved by ${approvedBy.join(", ")}`]),
        ...(override === undefined ? [] : [overrideText(override)]),
        ...(reason === null ? [] : [reason]),
      ].join("  "),
    )
    .map(oneLine)
  return `${lines.length === 0 ? `nothing was ever deployed in ${name}` : lines.join("\n")}\n`
}

/** What runs, since when, verified by what. @throws CallEnded when the cluster cannot be read. */
export async function observe(session: Session, name: string, access: ClusterAccess): Promise<StatusReport> {
  const run = await driveOrThrow(session, "observe", await session.environment(name), access, {})
  return readJson(run.out, "status.json", statusReport)
}
