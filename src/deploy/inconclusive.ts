import type { EnvironmentConfig } from "../config/schema/environment.ts"
import type { InconclusivePolicy } from "../domain/index.ts"

/** What becomes of a release whose load test gives no verdict: a protected environment does not keep what is unproven. */
export function inconclusivePolicy(
  environment: Pick<EnvironmentConfig, "load" | "protected">,
): InconclusivePolicy {
  return environment.load.inconclusive ?? (environment.protected ? "return" : "keep")
}
