import type { EnvironmentConfig } from "../config/index.ts"
import { type Evidence, evidenceRefusals, lastingRefusals, throwRefusals } from "./plan/index.ts"

/** An environment that a release is meant for. */
export interface Destination {
  readonly environment: Pick<EnvironmentConfig, "name" | "protected" | "acceptedDatabases">
  readonly requiredGates: readonly string[]
  /** Those of them that signalbox.yaml requires by name. Default: none. */
  readonly namedGates?: readonly string[]
  /** Those of them whose findings only warn. Default: none. */
  readonly warningGates?: readonly string[]
  readonly protectedBranches: readonly string[]
}

/**
 * Judges a release's evidence as its environments will, before it exists: a published version is spent, also when
 * nothing takes it.
 * @param date RFC 3339 date-time of the judgement
 * @throws EVIDENCE_MISSING, POLICY_REFUSED
 */
export function assertAccepted(evidence: Evidence, destinations: readonly Destination[], date: string): void {
  const refusals = destinations.flatMap((destination) => evidenceRefusals(evidence, { ...destination, date }))
  throwRefusals(refusals, "nothing was published")
}

/**
 * Judges what of a published release's evidence neither a later scan nor an override changes: a protected environment that
 * refuses it will do so at the end of its route, too.
 * @throws EVIDENCE_MISSING, POLICY_REFUSED
 */
export function assertLastingEvidence(
  evidence: Evidence,
  { environment, protectedBranches }: Pick<Destination, "environment" | "protectedBranches">,
): void {
  const request = { environment, protectedBranches, requiredGates: [] }
  throwRefusals(lastingRefusals(evidence, request), "nothing was deployed")
}
