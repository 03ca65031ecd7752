import type { ManifestObject } from "./manifest.ts"

/** Where a chart lies. */
export interface ChartPlace {
  /** Its path in the source tree. */
  readonly path: string
}

/** Path of Signalbox's own chart, as findings and waivers name it. */
export const builtInChart = "charts/signalbox-app"

/**
 * `NAME/templates/x.yaml` as a path of the source tree. Helm calls files by the chart's own name, which need not be the
 * name of its directory.
 */
export function chartFile(path: string, place: ChartPlace): string {
  return `${place.path}/${path.slice(path.indexOf("/") + 1)}`
}

/** The template that an object was rendered from, as a path of the source tree. */
export function fileOf(object: Pick<ManifestObject, "source"> | undefined, place: ChartPlace): string {
  return object?.source == null ? place.path : chartFile(object.source, place)
}
