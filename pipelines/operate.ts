import { type ClusterAccess, type Outcome, readJson, type Session } from "../src/call/index.ts"
import { type StatusReport, statusReport } from "../src/deploy/report.ts"
import { ExitCode, parseVersion, SignalboxError } from "../src/domain/index.ts"
import { findRelease, lookUpRelease, type Release } from "./bundle.ts"
import { type DriverQuestion, drive, driveOrEnd, outcomeOf } from "./driver.ts"
import { evidenceReference, finish } from "./keep.ts"

/**
 * Back to the last verified set, or to a verified Helm revision; proven by the smoke test of the set it goes to. Works
 * without the registry, too: what is needed is kept in the cluster.
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
  // The tests of what runs now: those of the target are the same file unless a release changed them.
  const version = status.current?.version
  const { release, note } = await ifReachable(async () =>
    version === undefined ? undefined : lookUpRelease(session, version),
  )
  const question: DriverQuestion = {
    evidence: await evidenceReference(session, environment),
    rollback: {
      revision: request.revision ?? null,
      rehearse: request.rehearse,
      ...(request.reason === undefined ? {} : { reason: request.reason }),
    },
  }
  const run = await drive(session, "rollback", environment, access, question, release?.files)
  const outcome = await finish(session, environment, run)
  return note === null ? outcome : { ...outcome, stderr: `${note}\n${outcome.stderr ?? ""}` }
}

/**
 * The release, or a note that it could not be asked for: a registry that is away must not keep a bad release running.
 * A wrong answer of the registry stays an error.
 */
export async function ifReachable(
  lookUp: () => Promise<Release | undefined>,
): Promise<{ readonly release: Release | undefined; readonly note: string | null }> {
  try {
    return { release: await lookUp(), note: null }
  } catch (thrown) {
    if (!(thrown instanceof SignalboxError) || thrown.code !== "REGISTRY_UNREACHABLE") throw thrown
    const note = [
      `going back without the registry: ${thrown.message}`,
      "the proof is the smoke test that is kept in the cluster; where none is kept, every component's health path",
    ].join("\n")
    return { release: undefined, note }
  }
}

/** Refuses a release in an environment until it is lifted; without a version, the one that runs. */
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
      what: `a hold is ${request.lift ? "lifted" : "set"} with a reason`,
      next: "add --reason TEXT",
    })
  const environment = await session.environment(name)
  const question = request.lift ? { lift: { version, reason } } : { hold: { version, reason } }
  return finish(
    session,
    environment,
    await drive(session, request.lift ? "lift" : "hold", environment, access, question),
  )
}

/** Removes the lock of a holder that is named; for a person who knows that it is dead. */
export async function unlock(
  session: Session,
  name: string,
  access: ClusterAccess,
  holder: string,
): Promise<Outcome> {
  const environment = await session.environment(name)
  return finish(
    session,
    environment,
    await drive(session, "unlock", environment, access, { unlock: { holder } }),
  )
}

/** Smoke or load tests of what runs, with the tests of the release that runs. */
export async function test(
  session: Session,
  command: "smoke" | "load",
  name: string,
  access: ClusterAccess,
  load: DriverQuestion["load"] = null,
): Promise<Outcome> {
  const environment = await session.environment(name)
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
  return finish(session, environment, run)
}

/** What runs, for people. */
export async function status(session: Session, name: string, access: ClusterAccess): Promise<Outcome> {
  return outcomeOf(await drive(session, "observe", await session.environment(name), access, {}))
}

/** Every entry of the ledger, newest first. */
export async function history(session: Session, name: string, access: ClusterAccess): Promise<Outcome> {
  const { history } = await observe(session, name, access)
  const lines = history
    .toReversed()
    .map(({ at, version, outcome, kind, by, revision, reason }) =>
      [
        at,
        version,
        outcome,
        `${kind} by ${by}`,
        `revision ${revision}`,
        ...(reason === null ? [] : [reason]),
      ].join("  "),
    )
  return {
    exitCode: ExitCode.pass,
    stdout: `${lines.length === 0 ? `nothing was ever deployed in ${name}` : lines.join("\n")}\n`,
  }
}

/** What runs, since when, verified by what. @throws Ended when the cluster cannot be asked. */
export async function observe(session: Session, name: string, access: ClusterAccess): Promise<StatusReport> {
  const run = await driveOrEnd(session, "observe", await session.environment(name), access, {})
  return readJson(run.out, "status.json", statusReport)
}
