import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import {
  type ChartFiles,
  chartDigest,
  injectedValues,
  injectedValuesFile,
  type ManifestObject,
  manifestsDigest,
  mayHaveCrds,
  outsideDigest,
  parseManifests,
} from "../../chart/index.ts"
import {
  type ReleaseDigests,
  type ReleaseRecord,
  recordDigest,
  SignalboxError,
  sha256,
} from "../../domain/index.ts"
import { valuesDigest } from "../bundles/index.ts"
import type { Helm, TemplateOptions } from "../helm/index.ts"

/** What lies beside request.json. */
export interface ReleaseInputs {
  readonly chartDirectory: string
  readonly chart: ChartFiles
  /** Text of smoke.yaml; null: every component's health path. */
  readonly smoke: string | null
  /** The configured values files, in order, and their texts. */
  readonly values: readonly { readonly path: string; readonly text: string }[]
  /** Directory of our own for the generated values file. */
  readonly work: string
}

/** A release, rendered for one environment. */
export interface Target {
  readonly set: ReleaseDigests
  readonly objects: readonly ManifestObject[]
  readonly manifest: string
  /** What Helm installs before it, at the first installation. */
  readonly crds: string
  readonly valueFiles: readonly string[]
  readonly valueTexts: readonly string[]
}

/**
 * Renders a release for an environment and names it by its digests.
 * @throws EVIDENCE_MISSING when the chart is not the one of the record; POLICY_REFUSED when it renders differently each
 * time, because then an approval could not cover what is applied.
 */
export async function resolveTarget(
  helm: Pick<Helm, "template">,
  record: ReleaseRecord,
  inputs: ReleaseInputs,
  options: TemplateOptions,
): Promise<Target> {
  const chart = chartDigest(inputs.chart)
  if (chart !== record.chart.digest)
    throw new SignalboxError("EVIDENCE_MISSING", {
      what: "the chart is not the one of the release",
      why: `it is ${chart}, release ${record.version} was judged with ${record.chart.digest}`,
      next: "release a new version with this chart, or check out the source of the release",
    })
  const generated = injectedValuesFile(injectedValues(record.version, record.images))
  const generatedPath = join(inputs.work, "values.signalbox.yaml")
  await writeFile(generatedPath, generated)
  const valueFiles = [...inputs.values.map((one) => one.path), generatedPath]
  const valueTexts = [...inputs.values.map((one) => one.text), generated]
  const manifest = await helm.template(inputs.chartDirectory, valueFiles, options)
  const objects = parseManifests(manifest)
  const manifests = manifestsDigest(objects)
  const again = parseManifests(await helm.template(inputs.chartDirectory, valueFiles, options))
  const crds = await crdsOf(helm, inputs, valueFiles, options, manifest)
  const differs =
    manifestsDigest(again) !== manifests || outsideDigest(again, "") !== outsideDigest(objects, "")
  if (differs || crds === null)
    throw new SignalboxError("POLICY_REFUSED", {
      what: "the chart renders differently each time",
      why: "a plan could not be bound to it: something random or the time of day is in its templates or hooks",
      next: "take randAlphaNum, genSignedCert, now and the like out of the chart",
    })
  const set: ReleaseDigests = {
    version: record.version,
    record: recordDigest(record),
    images: imagesOf(record),
    chart,
    values: valuesDigest(valueTexts),
    manifests,
    configuration: valuesDigest(inputs.values.map((one) => one.text)),
    smoke: inputs.smoke === null ? null : sha256(inputs.smoke),
  }
  return { set, objects, manifest, crds, valueFiles, valueTexts }
}

/** What stands in `crds/` of the charts that are enabled: Helm writes it before the manifest. Null: that has changed. */
async function crdsOf(
  helm: Pick<Helm, "template">,
  inputs: ReleaseInputs,
  values: readonly string[],
  options: TemplateOptions,
  manifest: string,
): Promise<string | null> {
  if (options.isUpgrade || !mayHaveCrds(inputs.chart)) return ""
  const all = await helm.template(inputs.chartDirectory, values, { ...options, includeCrds: true })
  return all.endsWith(manifest) ? all.slice(0, all.length - manifest.length) : null
}

function imagesOf(record: ReleaseRecord): ReleaseDigests["images"] {
  const sorted = [...record.images].sort((a, b) => (a.component < b.component ? -1 : 1))
  return Object.fromEntries(sorted.map((image) => [image.component, image.digest]))
}
