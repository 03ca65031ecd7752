import type { Digest, ToolFinding } from "../domain/index.ts"
import { duplicateFindings } from "./duplicates.ts"
import type { ManifestObject } from "./manifest.ts"
import { numberFindings } from "./numbers.ts"
import { type ChartPlace, fileOf } from "./place.ts"
import { checkPolicy } from "./policy.ts"
import { scanManifests } from "./secret-findings.ts"
import { unusedImageFindings } from "./unused-images.ts"

/** What was rendered for one environment. */
export interface Rendered {
  readonly objects: readonly ManifestObject[]
  /** component -> digest, as it was set in the values. */
  readonly images: Readonly<Record<string, Digest>>
}

/**
 * What gate and plan object to in rendered manifests, hooks included. The gate judges both renderings of a chart, of an
 * installation and of an upgrade; the plan judges the very objects that are applied.
 */
export function manifestFindings({ objects, images }: Rendered, place: ChartPlace): readonly ToolFinding[] {
  return [
    ...checkPolicy(objects, (object) => fileOf(object, place)),
    ...releaseFindings({ objects, images }, place),
  ]
}

/** Those that refuse a release wherever it goes, whether or not the gate is required: all but the rules for pods. */
export function releaseFindings({ objects, images }: Rendered, place: ChartPlace): readonly ToolFinding[] {
  const found = [...scanManifests(objects), ...numberFindings(objects), ...duplicateFindings(objects)].map(
    (finding) => ({
      ...finding,
      location: {
        file: fileOf({ source: finding.location?.file ?? null }, place),
      },
    }),
  )
  return [...found, ...unusedImageFindings(objects, images, place.path)]
}
