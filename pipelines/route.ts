import type { Session } from "../src/call/index.ts"
import type { EnvironmentConfig } from "../src/config/index.ts"
import { type GateReportData, refusedByRule, type Version } from "../src/domain/index.ts"
import { recordedEvidence } from "../src/evidence/index.ts"
import type { Release } from "./bundle.ts"
import { gatesFor, namedGates } from "./environment.ts"
import { policyInForce } from "./policy.ts"
import { assertMayChange } from "./protection.ts"
import { assertReleasedCommit } from "./released-commit.ts"
import { assertRecordSigned } from "./statements.ts"

/**
 * Refuses a release before it is deployed to the first environment of its route where a later one, which is protected, will
 * refuse it whatever happens until then: by its version, its policy, its tools, its commit, or its record's signature.
 * @throws POLICY_REFUSED, EVIDENCE_MISSING, USAGE
 */
export async function assertRouteTakes(
  session: Session,
  environments: readonly string[],
  release: Release,
): Promise<void> {
  const policy = await policyInForce(session)
  const { assertLastingEvidence } = await import("../src/deploy/index.ts")
  for (const environment of await protectedAmong(policy.session, environments)) {
    await assertMayChange(policy, environment)
    const { protectedBranches } = await policy.session.config()
    assertLastingEvidence(release.record, { environment, protectedBranches })
    await assertReleasedCommit(session, environment, release)
    await assertRecordSigned(policy.session, release, environment.name)
  }
}

/**
 * A version is spent once it is published, also without a signature: then no protected environment takes it.
 * @throws EVIDENCE_MISSING
 */
export async function assertWillBeSigned(session: Session, environments: readonly string[]): Promise<void> {
  const { signingKeys } = await session.config()
  if (signingKeys.length === 0 || session.inputs.signing !== undefined) return
  const [environment] = await protectedAmong(session, environments)
  if (environment === undefined) return
  throw refusedByRule("signed-record", {
    what: `${environment.name} takes signed releases only, and this call has no signing key`,
    where: environment.name,
    why: `one of the keys ${signingKeys.map(({ name }) => name).join(", ")} has to sign the record; nothing was published`,
    next: "call with --signing-key",
  })
}

/** @throws POLICY_REFUSED, EVIDENCE_MISSING when an environment would refuse a release with these gate results. */
export async function assertEnvironmentsAccept(
  session: Session,
  version: Version,
  report: GateReportData,
  environments: readonly string[],
): Promise<void> {
  const { assertAccepted } = await import("../src/deploy/index.ts")
  const policy = await policyInForce(session)
  const config = await session.config()
  const destinations = await Promise.all(
    environments.map(async (name) => {
      const environment = await session.environment(name)
      await assertMayChange(policy, environment)
      const { protectedBranches } = config
      return {
        ...{ environment, protectedBranches },
        ...(await gatesFor(environment, config)),
        namedGates: namedGates(environment, policy),
      }
    }),
  )
  assertAccepted({ version, ...recordedEvidence(report) }, destinations, session.now.toISOString())
}

async function protectedAmong(
  session: Session,
  names: readonly string[],
): Promise<readonly EnvironmentConfig[]> {
  const all = await Promise.all(names.map((name) => session.environment(name)))
  return all.filter((environment) => environment.protected)
}
