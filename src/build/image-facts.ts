/**
 * `node image-facts.ts ARCHIVE` prints what an OCI image archive says about itself, as JSON. Reads headers and the few
 * small documents; layers are skipped, not unpacked.
 */
import { closeSync, openSync, readSync } from "node:fs"

export interface ArchiveFacts {
  readonly digest: string
  /** Sum of the compressed layers, in bytes: what a node pulls. */
  readonly bytes: number
  readonly layers: readonly { readonly digest: string; readonly bytes: number }[]
  readonly user: string
  readonly exposedPorts: readonly string[]
  readonly healthcheck: boolean
  readonly platform: string
  readonly labels: Readonly<Record<string, string>>
}

interface Descriptor {
  readonly mediaType?: string
  readonly digest: string
  readonly size: number
}

const block = 512

/** Where each member of a tar archive lies. Only plain names occur in an OCI archive: no path is longer than 100. */
export function tarIndex(
  read: (offset: number, length: number) => Buffer,
  size: number,
): Map<string, [number, number]> {
  const members = new Map<string, [number, number]>()
  for (let offset = 0; offset + block <= size; ) {
    const header = read(offset, block)
    const name = header.toString("utf8", 0, 100).replace(/\0.*$/s, "")
    if (name === "") break
    const length = Number.parseInt(header.toString("ascii", 124, 136).replace(/[\0 ].*$/s, ""), 8) || 0
    members.set(name.replace(/^\.\//, ""), [offset + block, length])
    offset += block + Math.ceil(length / block) * block
  }
  return members
}

export function archiveFacts(file: string): ArchiveFacts {
  const handle = openSync(file, "r")
  try {
    const read = (offset: number, length: number): Buffer => {
      const buffer = Buffer.alloc(length)
      return buffer.subarray(0, readSync(handle, buffer, 0, length, offset))
    }
    const members = tarIndex(read, Number.MAX_SAFE_INTEGER)
    const json = (name: string) => {
      const [offset, length] = members.get(name) ?? fail(`the archive has no ${name}`)
      return JSON.parse(read(offset, length).toString("utf8"))
    }
    const blob = (digest: string) => json(`blobs/${digest.replace(":", "/")}`)
    const top: Descriptor = json("index.json").manifests[0] ?? fail("the archive names no image")
    const manifest = blob(top.digest)
    const config = blob(manifest.config.digest)
    const layers = (manifest.layers as Descriptor[]).map(({ digest, size }) => ({ digest, bytes: size }))
    return {
      digest: top.digest,
      bytes: layers.reduce((sum, layer) => sum + layer.bytes, 0),
      layers,
      user: config.config?.User ?? "",
      exposedPorts: Object.keys(config.config?.ExposedPorts ?? {}),
      healthcheck: config.config?.Healthcheck?.Test !== undefined,
      platform: `${config.os}/${config.architecture}`,
      labels: config.config?.Labels ?? {},
    }
  } finally {
    closeSync(handle)
  }
}

function fail(message: string): never {
  throw new Error(message)
}

if (import.meta.main) {
  const file = process.argv[2]
  if (file === undefined) throw new Error("usage: image-facts.ts ARCHIVE")
  process.stdout.write(JSON.stringify(archiveFacts(file)))
}
