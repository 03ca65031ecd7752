import { parse, stringify } from "yaml"
import type { ChartFiles } from "./digest.ts"

const manifestFile = "rendered.yaml"

/**
 * A chart of what a chart was rendered into, byte for byte. Helm renders what it applies once more, and templates can ask
 * the cluster then (`lookup`, the API's kinds, the number of the revision): what was judged and approved has to be what
 * is applied.
 * @param crds what the chart has in `crds/`, its dependencies' as well; empty where Helm installs none.
 */
export function renderedChart(chart: ChartFiles, manifest: string, crds: string): ChartFiles {
  const bytes = (text: string) => Buffer.from(text, "utf8")
  const values = chart.get("values.yaml")
  return new Map([
    ["Chart.yaml", bytes(withoutDependencies(Buffer.from(chart.get("Chart.yaml") ?? "").toString("utf8")))],
    // No template reads them; `helm get values --all` and an upgrade by hand do.
    ...(values === undefined ? [] : [["values.yaml", values] as const]),
    [manifestFile, bytes(manifest)],
    // As a file, so that braces in it are no template's.
    ["templates/rendered.yaml", bytes(`{{ .Files.Get ${JSON.stringify(manifestFile)} }}\n`)],
    ...(crds === "" ? [] : [["crds/crds.yaml", bytes(crds)] as const]),
  ])
}

/** They are rendered, too, and Helm would miss their charts. */
function withoutDependencies(text: string): string {
  const { dependencies: _rendered, ...rest } = (parse(text) ?? {}) as Readonly<Record<string, unknown>>
  return stringify(rest)
}

/** Whether a chart, or a packed one that it depends on, may bring something in `crds/`. */
export function mayHaveCrds(chart: ChartFiles): boolean {
  return [...chart.keys()].some((path) => /(^|\/)crds\/|^charts\/.*\.tgz$/.test(path))
}
