import type { ServiceSpec } from "kubernetes-types/core/v1"
import type { ToolFinding } from "../domain/index.ts"
import { hookOf } from "./hooks.ts"
import type { Loose } from "./loose.ts"
import type { ManifestObject } from "./manifest.ts"

/** The labels by which a component's Service is found. */
export function serviceLabels(release: string, component: string): Readonly<Record<string, string>> {
  return { "app.kubernetes.io/instance": release, "app.kubernetes.io/component": component }
}

/** Whether rendered objects have a Service through which a component can be reached. */
export function hasService(
  objects: readonly ManifestObject[],
  place: { readonly namespace: string; readonly release: string },
  component: string,
): boolean {
  const wanted = Object.entries(serviceLabels(place.release, component))
  return objects.some(
    (object) =>
      object.kind === "Service" &&
      object.apiVersion === "v1" &&
      hookOf(object) === null &&
      (object.namespace ?? place.namespace) === place.namespace &&
      wanted.every(([key, value]) => object.labels[key] === value) &&
      ((object.body.spec as Loose<ServiceSpec> | undefined)?.ports ?? []).length > 0,
  )
}

/** The component that an environment's `access` names, where no Service of it is rendered. */
export function accessFindings(
  objects: readonly ManifestObject[],
  place: { readonly namespace: string; readonly release: string },
  component: string,
  file: string,
): readonly ToolFinding[] {
  if (hasService(objects, place, component)) return []
  return [
    {
      rule: "access-service",
      severity: "high",
      message: `there is no Service for component ${component} in the rendered chart`,
      location: { file },
      fix: `label it app.kubernetes.io/instance=${place.release} and app.kubernetes.io/component=${component}, or use access: { kind: url }`,
      subject: component,
    },
  ]
}
