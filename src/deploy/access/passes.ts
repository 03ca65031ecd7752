import type { EnvironmentConfig } from "../../config/schema/environment.ts"
import { SignalboxError } from "../../domain/index.ts"

/** Headers that the API server takes as its own: it answers 401 or 403 itself, or passes the request on without them. */
const taken = /^(authorization|impersonate-.+)$/i

/**
 * What a smoke test asks has to reach the application: an answer of the API server in its place would take back a good
 * release.
 * @throws CONFIG_INVALID
 */
export function assertPassesAccess(
  access: EnvironmentConfig["access"],
  checks: readonly { readonly name: string; readonly headers: Readonly<Record<string, string>> }[],
): void {
  if (access.kind === "url") return
  for (const { name, headers } of checks) {
    const header = Object.keys(headers).find((one) => taken.test(one))
    if (header === undefined) continue
    throw new SignalboxError("CONFIG_INVALID", {
      what: `the header ${header} does not reach the application`,
      where: `smoke.yaml: ${name}`,
      why: "access: service-proxy goes through the Kubernetes API server, which takes it as a credential for itself",
      next: "give the environment access: { kind: url }, or check a path that needs no credential",
    })
  }
}
