import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { gzipSync } from "node:zlib"
import { z } from "zod"
import { type ChartFiles, chartDigest } from "../../chart/index.ts"
import {
  contentDigest,
  type Digest,
  type ReleaseDigests,
  SignalboxError,
  sha256,
  toJson,
} from "../../domain/index.ts"
import { type ClusterApi, ConflictError, configMapPath, type KubeObject, unpacked } from "../cluster/index.ts"

/** Everything that is needed to deploy a set again without Helm's history, and to prove it as it was proven. */
export interface RollbackBundle {
  readonly chart: ChartFiles
  /** Texts of the values files, in the order in which they were merged. */
  readonly values: readonly string[]
  /** Text of the smoke test that verified it; null: the default one. */
  readonly smoke: string | null
}

/** Names in the cluster have the word that they began with. */
const label = "signalbox/kept"
const sizeLimit = 950 * 1024

/** Digest of values files: of their texts, in order. */
export function valuesDigest(values: readonly string[]): Digest {
  return contentDigest(values)
}

export function bundleName(set: ReleaseDigests): string {
  return `signalbox-kept-${contentDigest(toJson(set)).slice("sha256:".length, "sha256:".length + 16)}`
}

/** Writes a set's content into its ConfigMap, named by its digest: the same content is written once. */
export async function saveBundle(
  api: ClusterApi,
  namespace: string,
  set: ReleaseDigests,
  bundle: RollbackBundle,
): Promise<void> {
  const name = bundleName(set)
  if ((await api.get(configMapPath(namespace, name))) !== null) return
  const packed = gzipSync(JSON.stringify(serialised(bundle)), { level: 9 }).toString("base64")
  if (packed.length > sizeLimit)
    throw new SignalboxError("POLICY_REFUSED", {
      what: `chart and values are too large to keep (${Math.round(packed.length / 1024)} KiB)`,
      next: "take large files out of the chart",
    })
  const object: KubeObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name,
      namespace,
      labels: { "app.kubernetes.io/managed-by": "signalbox", [label]: "set" },
      annotations: { "signalbox/version": set.version, "signalbox/record": set.record },
    },
    binaryData: { "set.json.gz": packed },
  }
  try {
    await api.create(configMapPath(namespace), object)
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error
  }
}

/**
 * Null when it was never stored, or was deleted. @throws STATE_DAMAGED when its content is not what its digests say.
 */
export async function readBundle(
  api: ClusterApi,
  namespace: string,
  set: ReleaseDigests,
): Promise<RollbackBundle | null> {
  const object = await api.get(configMapPath(namespace, bundleName(set)))
  if (object === null) return null
  const bundle = unpack(object)
  const changed = changedParts(bundle, set)
  if (changed.length > 0)
    throw new SignalboxError("STATE_DAMAGED", {
      what: `ConfigMap ${object.metadata.name} does not hold what its digests say`,
      where: `namespace ${namespace}`,
      why: `changed since ${set.version} was verified: ${changed.join(", ")}`,
      next: "delete it; this version can then only be returned to through Helm's history",
    })
  return bundle
}

/** The smoke test decides whether a rollback counts as verified: whoever changes it must be noticed, too. */
function changedParts({ chart, values, smoke }: RollbackBundle, set: ReleaseDigests): readonly string[] {
  const digest = smoke === null ? null : sha256(smoke)
  return [
    ...(chartDigest(chart) === set.chart ? [] : ["chart"]),
    ...(valuesDigest(values) === set.values ? [] : ["values"]),
    // What an earlier version verified has no digest of its smoke test.
    ...(set.smoke === undefined || digest === set.smoke ? [] : ["smoke test"]),
  ]
}

/** Names of all bundles of a namespace. */
export async function storedBundles(api: ClusterApi, namespace: string): Promise<readonly string[]> {
  const all = await api.list(configMapPath(namespace), `${label}=set`)
  return all.map(({ metadata }) => metadata.name)
}

/**
 * Deletes the bundles of past sets that no rollback can restore any more. A bundle that the ledger does not name stays:
 * a driver that has taken the lock over may have stored it and not recorded it yet.
 * @param past all sets that the ledger names.
 */
export async function deleteBundles(
  api: ClusterApi,
  namespace: string,
  past: readonly ReleaseDigests[],
  needed: readonly ReleaseDigests[],
): Promise<void> {
  const still = new Set(needed.map(bundleName))
  const names = new Set(past.map(bundleName).filter((name) => !still.has(name)))
  const all = await api.list(configMapPath(namespace), `${label}=set`)
  for (const object of all)
    if (names.has(object.metadata.name)) await api.remove(configMapPath(namespace, object.metadata.name))
}

/** Writes a chart's files below a directory. */
export async function writeChart(chart: ChartFiles, directory: string): Promise<void> {
  for (const [path, content] of chart) {
    const target = join(directory, path)
    if (!target.startsWith(`${directory}/`))
      throw new SignalboxError("STATE_DAMAGED", { what: `a chart file leads out of its directory: ${path}` })
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, content)
  }
}

const serialisedShape = z.object({
  chart: z.record(z.string(), z.string()),
  values: z.array(z.string()),
  smoke: z.string().nullable(),
})

function serialised(bundle: RollbackBundle): z.input<typeof serialisedShape> {
  const chart = [...bundle.chart].map(
    ([path, content]) => [path, Buffer.from(content).toString("base64")] as const,
  )
  return { chart: Object.fromEntries(chart), values: [...bundle.values], smoke: bundle.smoke }
}

function unpack(object: KubeObject): RollbackBundle {
  const data = (object.binaryData ?? {}) as Readonly<Record<string, string>>
  try {
    const text = unpacked(Buffer.from(data["set.json.gz"] ?? "", "base64")).toString("utf8")
    const { chart, values, smoke } = serialisedShape.parse(JSON.parse(text))
    const files = Object.entries(chart).map(
      ([path, content]) => [path, Buffer.from(content, "base64")] as const,
    )
    return { chart: new Map<string, Uint8Array>(files), values, smoke }
  } catch (cause) {
    throw new SignalboxError(
      "STATE_DAMAGED",
      { what: `ConfigMap ${object.metadata.name} cannot be read`, next: "delete it" },
      { cause },
    )
  }
}
