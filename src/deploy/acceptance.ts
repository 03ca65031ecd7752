import type { z } from "zod"
import { type Evidence, evidenceRefusals, throwRefusals } from "./plan/index.ts"
import { environmentSettings } from "./settings.ts"

/** An environment that a release is meant for. */
export interface Destination {
  readonly environment: z.input<typeof environmentSettings>
  readonly requiredGates: readonly string[]
}

/**
 * Judges a release's evidence as its environments will, before it exists: a published version is spent, also when
 * nothing takes it.
 * @param date RFC 3339 date-time of the judgement
 * @throws EVIDENCE_MISSING, POLICY_REFUSED
 */
export function assertAccepted(evidence: Evidence, destinations: readonly Destination[], date: string): void {
  const refusals = destinations.flatMap(({ environment, requiredGates }) =>
    evidenceRefusals(evidence, {
      environment: environmentSettings.parse(environment),
      requiredGates,
      evidenceStore: "registry",
      date,
    }),
  )
  throwRefusals(refusals, "nothing was published")
}
