import { hasService, type ManifestObject } from "../../chart/index.ts"
import type { EnvironmentConfig } from "../../config/schema/environment.ts"
import { SignalboxError } from "../../domain/index.ts"
import type { ClusterApi } from "../cluster/index.ts"
import { findService } from "./service-address.ts"

/**
 * Every component that the tests ask has a Service, in the release or beside it: found out after the roll-out, a missing
 * label would take back a good release.
 * @param components of the smoke test's checks; undefined is the environment's own.
 * @param objects what will be applied.
 * @throws CONFIG_INVALID naming the component and the labels.
 */
export async function assertServices(
  api: ClusterApi,
  environment: Pick<EnvironmentConfig, "access" | "namespace" | "release">,
  components: readonly (string | undefined)[],
  objects: readonly ManifestObject[],
): Promise<void> {
  const { access } = environment
  if (access.kind === "url") return
  const asked = new Set([access.component, ...components.map((one) => one ?? access.component)])
  for (const component of asked) {
    if (hasService(objects, environment, component)) continue
    const other = await findService(api, environment, component)
    // The release's own of now goes with the roll-out: only another one is there afterwards.
    if (other !== undefined && !other.isOfRelease) continue
    throw new SignalboxError("CONFIG_INVALID", {
      what: `there is no Service for component ${component} in the rendered chart`,
      where: `release ${environment.release}, namespace ${environment.namespace}`,
      why: `access: service-proxy looks for a Service with app.kubernetes.io/instance=${environment.release} and app.kubernetes.io/component=${component}`,
      next: "label it so in the chart, or use access: { kind: url }; nothing was changed",
    })
  }
}
