import { parse, stringify } from "yaml"
import type { ChartFiles } from "./digest.ts"

const manifestFile = "rendered.yaml"

/**
 * A chart that renders to the given manifest, byte for byte. Helm renders a chart again when it applies it, and templates
 * can query the cluster then (`lookup`, the API's kinds, the revision number): only this way is the applied manifest the
 * one that was checked and approved.
 * @param crds the content of `crds/`, including that of dependencies; empty where Helm installs none.
 */
export function renderedChart(chart: ChartFiles, manifest: string, crds: string): ChartFiles {
  const bytes = (text: string) => Buffer.from(text, "utf8")
  const values = chart.get("values.yaml")
  return new Map([
    ["Chart.yaml", bytes(withoutDependencies(Buffer.from(chart.get("Chart.yaml") ?? "").toString("utf8")))],
    // Not used by the template, but by `helm get values --all` and a manual upgrade.
    ...(values === undefined ? [] : [["values.yaml", values] as const]),
    [manifestFile, bytes(manifest)],
    // Through .Files, so that Helm does not evaluate braces in the manifest as a template.
    ["templates/rendered.yaml", bytes(`{{ .Files.Get ${JSON.stringify(manifestFile)} }}\n`)],
    ...(crds === "" ? [] : [["crds/crds.yaml", bytes(crds)] as const]),
  ])
}

/** The manifest already contains the dependencies, and Helm would fail without their charts. */
function withoutDependencies(text: string): string {
  const { dependencies: _rendered, ...rest } = (parse(text) ?? {}) as Readonly<Record<string, unknown>>
  return stringify(rest)
}

/** Whether a chart, or a packed one that it depends on, may contain files in `crds/`. */
export function mayHaveCrds(chart: ChartFiles): boolean {
  return [...chart.keys()].some((path) => /(^|\/)crds\/|^charts\/.*\.tgz$/.test(path))
}
