import type { ClusterAccess, ProgramRun, Session } from "../src/call/index.ts"
import { assertAccess, Ended, type Outcome, readJson, readJsonIfThere } from "../src/call/index.ts"
import type { EnvironmentConfig, SignalboxConfig } from "../src/config/index.ts"
import { ledgerShape, ownReport, planFile } from "../src/deploy/report.ts"
import {
  canonicalJson,
  ExitCode,
  type Ledger,
  type Plan,
  parseDigest,
  planHash,
  SignalboxError,
  toJson,
} from "../src/domain/index.ts"
import { findRelease, type Release, valuesFor } from "./bundle.ts"
import { type DriverQuestion, drive, driveOrEnd, operationId, operationKey, outcomeOf } from "./driver.ts"
import { putEvidence, registryPlace } from "./evidence.ts"

/** A release on its way into an environment. */
export interface Delivery {
  readonly environment: string
  readonly version: string
  readonly access: ClusterAccess
  /** Access to the environment that the release was verified in; only where there is one. */
  readonly from?: ClusterAccess
  readonly approve?: string | undefined
}

/** What `plan` gives: the plan, its hash, and the same for people. */
export interface Planned {
  readonly plan: Plan
  readonly hash: string
  readonly markdown: string
}

/** Observes, renders, diffs, and says what would be done. Changes nothing. @throws Ended with the driver's refusal. */
export async function plan(session: Session, delivery: Delivery): Promise<Planned> {
  const { run } = await runDelivery(session, "plan", delivery)
  if (run.error !== null) throw new Ended(outcomeOf(run))
  const [made, markdown] = await Promise.all([
    readJson(run.out, "plan.json", planFile),
    run.out.file("plan.md").contents(),
  ])
  return { plan: made, hash: planHash(made), markdown }
}

/** The plan in the form that its hash is made of. */
export function planText(planned: Planned): string {
  return canonicalJson(toJson(planned.plan))
}

/** Gates whose evidence an environment asks for. */
export function requiredGates(environment: EnvironmentConfig, config: SignalboxConfig): string[] {
  return environment.protected ? config.gates.required.release : []
}

/** Deploys a release, or promotes it where the environment takes its releases from another one. */
export async function deliver(session: Session, delivery: Delivery): Promise<Outcome> {
  const { run, environment } = await runDelivery(session, "run", delivery)
  return finish(session, environment, run)
}

/** The same digests from one environment to another. @throws POLICY_REFUSED when that is not the way they go. */
export async function promote(session: Session, from: string, delivery: Delivery): Promise<Outcome> {
  const { promotesFrom } = await session.environment(delivery.environment)
  if (promotesFrom === from) return deliver(session, delivery)
  throw new SignalboxError("POLICY_REFUSED", {
    what: `${delivery.environment} does not take releases from ${from}`,
    where: `environments/${delivery.environment}.yaml: promotesFrom`,
    why: promotesFrom === null ? "it names no environment" : `it names ${promotesFrom}`,
    next:
      promotesFrom === null
        ? `use deploy --environment ${delivery.environment}`
        : `promote --from ${promotesFrom}`,
  })
}

async function runDelivery(session: Session, command: "plan" | "run", delivery: Delivery) {
  const [environment, release] = await Promise.all([
    session.environment(delivery.environment),
    findRelease(session, delivery.version),
  ])
  assertAccess(environment, session.accessGiven(environment.name, delivery.access))
  const [question, config] = await Promise.all([
    deliveryQuestion(session, environment, release, delivery),
    session.config(),
  ])
  const run = await drive(
    session,
    command,
    environment,
    delivery.access,
    { ...question, requiredGates: requiredGates(environment, config) },
    release.files,
  )
  return { run, environment }
}

async function deliveryQuestion(
  session: Session,
  environment: EnvironmentConfig,
  release: Release,
  delivery: Delivery,
): Promise<DriverQuestion> {
  const { promotesFrom } = environment
  const [values, evidence] = await Promise.all([
    valuesFor(release.files, environment.name),
    evidenceReference(session, environment),
  ])
  const promotion = promotesFrom === null ? null : await promotionFrom(session, promotesFrom, delivery)
  return {
    kind: promotesFrom === null ? "deploy" : "promote",
    record: release.record,
    values,
    evidence,
    promotion,
    approve: delivery.approve === undefined ? null : parseDigest(delivery.approve),
  }
}

/** What the environment that a release comes from knows of it now, and how long it stands by that. */
async function promotionFrom(session: Session, name: string, delivery: Delivery) {
  const own = session.accessGiven(name, delivery.from)
  const given = own.kubeconfig === undefined ? undefined : own
  const [ledger, { verificationTtl }] = await Promise.all([
    ledgerOf(session, name, given ?? delivery.access).catch((error: unknown) => {
      throw given === undefined ? withHint(error, name) : error
    }),
    session.environment(name),
  ])
  return { from: name, ledger, verificationTtl }
}

/** One kubeconfig for both is the default; more often it reaches one of them only. */
function withHint(error: unknown, name: string): unknown {
  if (!(error instanceof Ended)) return error
  const hint = `  also:  ${name} was asked with --kubeconfig; give its own with --from-kubeconfig, or with-access before the call\n`
  return new Ended({ ...error.outcome, stderr: `${error.outcome.stderr ?? ""}${hint}` })
}

/** The ledger of another environment, read from its cluster now; null when nothing was ever deployed there. */
export async function ledgerOf(
  session: Session,
  name: string,
  access: ClusterAccess,
): Promise<Ledger | null> {
  const run = await driveOrEnd(session, "observe", await session.environment(name), access, {})
  return (await readJsonIfThere(run.out, "ledger.json", ledgerShape)) ?? null
}

/** Where the evidence of this call will be, for the ledger. */
export async function evidenceReference(session: Session, environment: EnvironmentConfig): Promise<string> {
  const { registry, prefix } = await registryPlace(session)
  return `${registry}/${prefix}/operations:${operationKey(environment.name, operationId(session))}`
}

/** What a test by hand leaves, which needs no lock. */
const testedFiles = ["smoke.json", "k6.log"]

/**
 * Keeps what a call learned before anybody is told how it ended, under the call's own id: one that finishes an earlier
 * operation has evidence of its own. A run that neither held the environment nor tested it has changed and learned
 * nothing, and leaves nothing behind.
 */
export async function finish(
  session: Session,
  environment: EnvironmentConfig,
  run: ProgramRun,
): Promise<Outcome> {
  const outcome = outcomeOf(run)
  try {
    // A driver that died before it could write its report has kept nothing that would say what it did.
    const report = await readJsonIfThere(run.out, "operation.json", ownReport)
    if (report === undefined) return outcome
    if (report.fence === null && !report.files.some((name) => testedFiles.includes(name))) return outcome
    await putEvidence(session, "operations", operationKey(environment.name, report.call), run.out)
    return outcome
  } catch (thrown) {
    return withLostEvidence(outcome, thrown)
  }
}

/** The environment is as it is; that its evidence could not be kept is told, and never turns a failure into success. */
function withLostEvidence(outcome: Outcome, thrown: unknown): Outcome {
  const why = thrown instanceof SignalboxError ? thrown.message : String(thrown)
  const exitCode = outcome.exitCode === ExitCode.pass ? ExitCode.error : outcome.exitCode
  return {
    ...outcome,
    exitCode,
    stderr: `${outcome.stderr ?? ""}\nevidence of this operation could not be kept: ${why}\n`,
  }
}
