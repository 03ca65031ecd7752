import type { ClusterAccess, Session } from "../src/call/index.ts"
import { assertAccess, CallEnded, type Outcome, readJson } from "../src/call/index.ts"
import type { EnvironmentConfig, SignalboxConfig } from "../src/config/index.ts"
import { planFile } from "../src/deploy/report.ts"
import {
  canonicalJson,
  type Plan,
  parseDigest,
  planHash,
  type RequestedOverride,
  recordDigest,
  SignalboxError,
  toJson,
} from "../src/domain/index.ts"
import { type GivenApproval, givenApproval } from "./approvals.ts"
import { findRelease, type Release, valuesFiles } from "./bundle.ts"
import { type DriverInput, drive, toOutcome } from "./driver.ts"
import { assertSigningKey } from "./evidence.ts"
import { readLedger } from "./ledger.ts"
import { evidenceReference, recordEvidence } from "./operation-evidence.ts"
import { overrideUnder } from "./override.ts"
import { type PolicyInForce, policyInForce } from "./policy.ts"
import { assertMayChange, policyAnchor } from "./protection.ts"
import { assertReleasedCommit } from "./released-commit.ts"
import { scanFor } from "./scan.ts"
import { recordStatement, verificationStatements } from "./statements.ts"
import { unsignedRecord, unsignedVerification, warningText } from "./unsigned.ts"

/** Which environment a release is deployed to, and how the call reaches it. */
export interface DeploymentRequest {
  readonly environment: string
  readonly access: ClusterAccess
  /** Access to the environment that the release is promoted from. */
  readonly from?: ClusterAccess
  readonly approve?: string | undefined
  /** Logins of those who have approved the release, as the CI server passes them on. */
  readonly approvedBy?: readonly string[] | undefined
  /** Rules that the call overrides; null: none. */
  readonly override?: RequestedOverride | null
}

/** What `plan` returns: the plan, its hash, and the plan as Markdown. */
export interface PlanResult {
  readonly plan: Plan
  readonly hash: string
  readonly markdown: string
}

/** The call `plan`. @throws USAGE when there is no such release */
export async function plan(
  session: Session,
  version: string,
  request: DeploymentRequest,
): Promise<PlanResult> {
  return planRelease(session, await releaseFor(session, version, request), request)
}

/** Compares the cluster with the rendered release and plans the steps. Changes nothing. @throws CallEnded with the driver's refusal. */
export async function planRelease(
  session: Session,
  release: Release,
  request: DeploymentRequest,
): Promise<PlanResult> {
  const { run } = await runDriver(session, "plan", release, request)
  if (run.error !== null) throw new CallEnded(toOutcome(run))
  const [plan, markdown] = await Promise.all([
    readJson(run.out, "plan.json", planFile),
    run.out.file("plan.md").contents(),
  ])
  return { plan, hash: planHash(plan), markdown }
}

/** The plan as canonical JSON: the text that its hash is computed from. */
export function planText(planned: PlanResult): string {
  return canonicalJson(toJson(planned.plan))
}

/** Gates without whose evidence an environment refuses a release, and those of them whose findings refuse none. */
export async function gatesFor(
  environment: EnvironmentConfig,
  { gates }: SignalboxConfig,
): Promise<{ readonly requiredGates: string[]; readonly warningGates: string[] }> {
  if (!environment.protected) return { requiredGates: [], warningGates: [] }
  const { requiredIn, warningGates } = await import("../src/config/index.ts")
  const requiredGates = requiredIn(gates, "release")
  return { requiredGates, warningGates: warningGates(gates).filter((gate) => requiredGates.includes(gate)) }
}

/** Those of them that signalbox.yaml requires by name: a release in which one had nothing to judge is refused. */
export function namedGates(environment: EnvironmentConfig, policy: PolicyInForce): string[] {
  return environment.protected ? [...policy.named("release")] : []
}

/** The call `deploy`. @throws USAGE when there is no such release */
export async function deploy(
  session: Session,
  version: string,
  request: DeploymentRequest,
): Promise<Outcome> {
  const release = await releaseFor(session, version, request)
  const { session: held } = await policyInForce(session)
  const { protected: isProtected } = await held.environment(request.environment)
  // A protected environment refuses such a record itself.
  const warning = isProtected ? null : await unsignedRecord(held, release)
  const outcome = await deployRelease(session, release, request)
  return { ...outcome, stdout: `${warningText(warning)}${outcome.stdout}` }
}

/** Deploys a release, or promotes it where the environment takes its releases from another one. */
export async function deployRelease(
  session: Session,
  release: Release,
  request: DeploymentRequest,
): Promise<Outcome> {
  const { run, environment } = await runDriver(session, "run", release, request)
  return recordEvidence(session, environment, run)
}

/** The same digests from one environment to another. @throws POLICY_REFUSED when the target does not promote from it. */
export async function promote(
  session: Session,
  version: string,
  from: string,
  request: DeploymentRequest,
): Promise<Outcome> {
  const { session: held } = await policyInForce(session)
  const { promotesFrom } = await held.environment(request.environment)
  if (promotesFrom === from) return deploy(session, version, request)
  throw new SignalboxError("POLICY_REFUSED", {
    what: `${request.environment} does not take releases from ${from}`,
    where: `environments/${request.environment}.yaml: promotesFrom`,
    why: promotesFrom === null ? "it names no environment" : `it names ${promotesFrom}`,
    next:
      promotesFrom === null
        ? `use deploy --environment ${request.environment}`
        : `promote --from ${promotesFrom}`,
  })
}

/** Looked up once per call, so that every step is about exactly this record. An unknown environment is reported first. */
async function releaseFor(
  session: Session,
  version: string,
  { environment }: DeploymentRequest,
): Promise<Release> {
  const { session: held } = await policyInForce(session)
  await held.environment(environment)
  return findRelease(held, version, true)
}

/** Environment, required gates and toolbox are those of the policy in force, never of the tree that is deployed. */
async function runDriver(
  session: Session,
  command: "plan" | "run",
  release: Release,
  request: DeploymentRequest,
) {
  const policy = await policyInForce(session)
  const held = policy.session
  const environment = await held.environment(request.environment)
  await assertMayChange(policy, environment)
  const warning =
    command === "run"
      ? await unsignedVerification(held, environment.name, await assertSigningKey(held))
      : null
  assertAccess(environment, held.resolveAccess(environment.name, request.access))
  await assertReleasedCommit(session, environment, release)
  const [input, config, anchor, given] = await Promise.all([
    driverInput(held, environment, release, request),
    held.config(),
    policyAnchor(policy, environment),
    // A plan is what approvers look at: nobody has approved it yet.
    command === "plan" ? noApproval : givenApproval(held, environment, release, request),
  ])
  const run = await drive(
    held,
    command,
    environment,
    request.access,
    {
      ...input,
      ...(await gatesFor(environment, config)),
      namedGates: namedGates(environment, policy),
      protectedBranches: [...config.protectedBranches],
      policyAnchor: anchor,
      approval: given.approval ?? null,
      override: overrideUnder(policy, config, request.override ?? null),
    },
    release.files,
  )
  const note = `${warningText(warning)}${given.note === null ? "" : `${given.note}\n`}`
  return { run: { ...run, stdout: `${note}${run.stdout}` }, environment }
}

const noApproval: GivenApproval = { approval: null, note: null }

async function driverInput(
  session: Session,
  environment: EnvironmentConfig,
  release: Release,
  request: DeploymentRequest,
): Promise<DriverInput> {
  const { promotesFrom } = environment
  const { signingKeys } = await session.config()
  const [values, evidence, scan, statement] = await Promise.all([
    valuesFiles(release.files, environment.name),
    evidenceReference(session, environment),
    scanFor(session, release.record, [environment]),
    recordStatement(release.files),
  ])
  const isSigned = environment.protected && signingKeys.length > 0
  const promotion =
    promotesFrom === null
      ? null
      : {
          ...(await promotionFrom(session, promotesFrom, request)),
          statements: isSigned
            ? await verificationStatements(session, promotesFrom, recordDigest(release.record))
            : [],
        }
  return {
    kind: promotesFrom === null ? "deploy" : "promote",
    record: release.record,
    scan: scan?.scan ?? null,
    scanStatement: scan?.envelope ?? null,
    values,
    evidence,
    promotion,
    statement,
    signingKeys,
    approve: request.approve === undefined ? null : parseDigest(request.approve),
  }
}

/** The ledger of the environment that a release is promoted from, and how long a verification there counts. */
async function promotionFrom(session: Session, name: string, request: DeploymentRequest) {
  const access = session.resolveAccess(name, request.from)
  const hasOwnAccess = access.kubeconfig !== undefined
  const [observed, { verificationTtl }] = await Promise.all([
    readLedger(session, name, hasOwnAccess ? access : request.access).catch((error: unknown) => {
      throw hasOwnAccess ? error : withAccessHint(error, name)
    }),
    session.environment(name),
  ])
  return { from: name, ...observed, verificationTtl }
}

/** By default both environments are read with one kubeconfig, which often reaches only one of them. */
function withAccessHint(error: unknown, name: string): unknown {
  if (!(error instanceof CallEnded)) return error
  const hint = `  also:  ${name} was read with --kubeconfig; pass its own with --from-kubeconfig, or give it before the call: dagger call with-access --environment ${name} --kubeconfig env://NAME FUNCTION …\n`
  return new CallEnded({ ...error.outcome, stderr: `${error.outcome.stderr ?? ""}${hint}` })
}
