import type { ToolIdentity } from "../../domain/index.ts"
import type { Judged, Prepared } from "./answers.ts"
import { type ScanEnd, toolFailure } from "./scanner-log.ts"

/** What the steps of the gate have left; a step that failed has a reason, and those after it did not run. */
export interface QualityOutput {
  readonly tools: readonly ToolIdentity[]
  /** Address, as reports name it; null for one of the call's own. */
  readonly server: string | null
  readonly project: string
  /** Why there is no verdict: an error of our program, or that something before it failed. */
  readonly failed?: string
  readonly prepared?: Prepared
  readonly scan?: ScanEnd
  readonly judged?: Judged
  /** What could not be handed over, by component. */
  readonly notHandedOver: readonly string[]
  readonly exclude: readonly string[]
  /** The call names a branch. */
  readonly namesBranch: boolean
}

export interface QualityReading extends Omit<QualityOutput, "scan" | "failed"> {
  readonly errors: readonly string[]
  readonly log: string | undefined
}

export function readOutput({ scan, failed, ...output }: QualityOutput): QualityReading {
  const scanFailed = scan === undefined ? undefined : toolFailure(scan, output.server)
  const errors = [scanFailed?.message, failed].filter((one) => one !== undefined)
  return { ...output, errors: errors.slice(0, 1), log: scan?.log }
}
