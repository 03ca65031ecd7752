import type { ClusterAccess, Session } from "../src/call/index.ts"
import { assertAccess, Ended, type Outcome, readJson, readJsonIfThere } from "../src/call/index.ts"
import type { EnvironmentConfig, SignalboxConfig } from "../src/config/index.ts"
import { ledgerShape, planFile } from "../src/deploy/report.ts"
import {
  canonicalJson,
  type Ledger,
  type Plan,
  parseDigest,
  planHash,
  SignalboxError,
  toJson,
} from "../src/domain/index.ts"
import { findRelease, type Release, valuesFor } from "./bundle.ts"
import { type DriverQuestion, drive, driveOrEnd, outcomeOf } from "./driver.ts"
import { evidenceReference, finish } from "./keep.ts"

/** The way of a release into an environment. */
export interface Delivery {
  readonly environment: string
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

/** The call `plan`. @throws USAGE when there is no such release */
export async function plan(session: Session, version: string, delivery: Delivery): Promise<Planned> {
  return planRelease(session, await releaseFor(session, version, delivery), delivery)
}

/** Observes, renders, diffs, and says what would be done. Changes nothing. @throws Ended with the driver's refusal. */
export async function planRelease(session: Session, release: Release, delivery: Delivery): Promise<Planned> {
  const { run } = await runDelivery(session, "plan", release, delivery)
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

/** The call `deploy`. @throws USAGE when there is no such release */
export async function deploy(session: Session, version: string, delivery: Delivery): Promise<Outcome> {
  return deliver(session, await releaseFor(session, version, delivery), delivery)
}

/** Deploys a release, or promotes it where the environment takes its releases from another one. */
export async function deliver(session: Session, release: Release, delivery: Delivery): Promise<Outcome> {
  const { run, environment } = await runDelivery(session, "run", release, delivery)
  return finish(session, environment, run)
}

/** The same digests from one environment to another. @throws POLICY_REFUSED when that is not the way they go. */
export async function promote(
  session: Session,
  version: string,
  from: string,
  delivery: Delivery,
): Promise<Outcome> {
  const { promotesFrom } = await session.environment(delivery.environment)
  if (promotesFrom === from) return deploy(session, version, delivery)
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

/** Found once in a call: what follows is about exactly this record. A wrong environment is told before a look for it. */
async function releaseFor(session: Session, version: string, { environment }: Delivery): Promise<Release> {
  await session.environment(environment)
  return findRelease(session, version)
}

async function runDelivery(session: Session, command: "plan" | "run", release: Release, delivery: Delivery) {
  const environment = await session.environment(delivery.environment)
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
