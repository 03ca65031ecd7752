import { type LayerOptions, writeLayer } from "./layer.ts"
import {
  finishLayout,
  imageOf,
  type Manifest,
  manifestOf,
  mediaTypes,
  readBlob,
  shareBlob,
  writeJsonBlob,
} from "./layout.ts"
import type { TarEntry } from "./tar.ts"

/** How a container of an image starts; absent fields keep the base image's value. */
export interface RunSettings {
  readonly env?: Readonly<Record<string, string>>
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  /** `uid:gid` or a name that the image's /etc/passwd knows. Default: root. */
  readonly user?: string
  readonly workingDirectory?: string
  readonly ports?: readonly number[]
  /** Default: SIGTERM. */
  readonly stopSignal?: string
}

export interface ImageSpec extends RunSettings, LayerOptions {
  /** Layout directory of the image below; default: nothing (scratch). */
  readonly base?: string
  /** What the image adds, each element one layer; empty ones are left out. */
  readonly layers: readonly Iterable<TarEntry>[]
  readonly labels: Readonly<Record<string, string>>
  /** Tag that the layout is marked with. */
  readonly tag: string
  /** Default: of this machine. */
  readonly architecture?: "amd64" | "arm64"
}

interface Configuration {
  readonly config?: {
    readonly User?: string
    readonly Env?: readonly string[]
    readonly Entrypoint?: readonly string[]
    readonly Cmd?: readonly string[]
    readonly WorkingDir?: string
    readonly ExposedPorts?: Readonly<Record<string, object>>
    readonly StopSignal?: string
  }
  readonly rootfs: { readonly diff_ids: readonly string[] }
  readonly history?: readonly object[]
}

/** Images have no date: one would make equal content look different. */
const noDate = "1970-01-01T00:00:00Z"

/**
 * Writes an image as an OCI layout directory. The digest depends on content and settings alone.
 * @returns the digest of its manifest
 */
export async function writeImage(layout: string, spec: ImageSpec): Promise<string> {
  const base = spec.base === undefined ? undefined : await openBase(spec.base, layout)
  const layers = []
  for (const entries of spec.layers) {
    const list = [...entries]
    if (list.length > 0) layers.push(await writeLayer(layout, list, spec))
  }
  const configuration = {
    created: noDate,
    architecture: spec.architecture ?? thisArchitecture(),
    os: "linux",
    config: runConfiguration(spec, base?.configuration.config),
    rootfs: {
      type: "layers",
      diff_ids: [...(base?.configuration.rootfs.diff_ids ?? []), ...layers.map((layer) => layer.diffId)],
    },
    history: [
      ...(base?.configuration.history ?? []),
      ...layers.map(() => ({
        created: noDate,
        created_by: spec.labels["org.opencontainers.image.title"] ?? spec.tag,
      })),
    ],
  }
  const config = await writeJsonBlob(layout, mediaTypes.config, configuration)
  const manifest = await writeJsonBlob(layout, mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config,
    layers: [...(base?.manifest.layers ?? []), ...layers.map((layer) => layer.descriptor)],
    annotations: sorted(spec.labels),
  })
  await finishLayout(layout, manifest, spec.tag)
  return manifest.digest
}

/** Digest of the image in a layout directory. */
export async function digestOf(layout: string): Promise<string> {
  return (await imageOf(layout)).digest
}

async function openBase(
  base: string,
  layout: string,
): Promise<{ manifest: Manifest; configuration: Configuration }> {
  const manifest = await manifestOf(base)
  for (const layer of manifest.layers) await shareBlob(base, layout, layer.digest)
  const configuration = JSON.parse((await readBlob(base, manifest.config.digest)).toString()) as Configuration
  return { manifest, configuration }
}

function runConfiguration(spec: ImageSpec, base: Configuration["config"] = {}): object {
  const env = { ...fromPairs(base.Env ?? []), ...spec.env }
  const ports = [...Object.keys(base.ExposedPorts ?? {}), ...(spec.ports ?? []).map((port) => `${port}/tcp`)]
  return defined({
    User: spec.user ?? base.User,
    ExposedPorts: ports.length > 0 ? Object.fromEntries(ports.sort().map((port) => [port, {}])) : undefined,
    Env: Object.entries(sorted(env)).map(([name, value]) => `${name}=${value}`),
    Entrypoint: spec.entrypoint ?? base.Entrypoint,
    Cmd: spec.command ?? (spec.entrypoint ? undefined : base.Cmd),
    WorkingDir: spec.workingDirectory ?? base.WorkingDir,
    StopSignal: spec.stopSignal ?? base.StopSignal,
    Labels: sorted(spec.labels),
  })
}

function fromPairs(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  )
}

const sorted = (record: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))

const defined = (record: Record<string, unknown>): object =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))

function thisArchitecture(): "amd64" | "arm64" {
  if (process.arch === "x64") return "amd64"
  if (process.arch === "arm64") return "arm64"
  throw new Error(`images for ${process.arch} cannot be built`)
}
