import { gzipSync } from "node:zlib"
import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import { type KubeObject, unpacked } from "../cluster/index.ts"

/** States of a Helm revision, as Helm writes them. */
export type HelmStatus =
  | "deployed"
  | "superseded"
  | "failed"
  | "pending-install"
  | "pending-upgrade"
  | "pending-rollback"
  | "uninstalling"
  | "uninstalled"
  | "unknown"

/** The release object in a Helm Secret; fields beyond these stay as they are. */
export interface HelmRelease {
  readonly name: string
  readonly version: number
  readonly namespace?: string
  readonly manifest: string
  /** Objects that Helm runs at its events: it counts them to no manifest. */
  readonly hooks?: readonly { readonly manifest?: string }[] | null
  readonly config?: Readonly<Record<string, unknown>>
  readonly info: {
    readonly status: HelmStatus
    readonly description?: string
    readonly last_deployed?: string
  }
  readonly chart?: { readonly metadata?: { readonly name?: string; readonly version?: string } }
  readonly [field: string]: unknown
}

/** What is read of a release; without it, it is none. */
const releaseShape = z.looseObject({
  version: z.int().positive(),
  manifest: z.string(),
  hooks: z.array(z.looseObject({ manifest: z.string().optional() })).nullish(),
  info: z.looseObject({ status: z.string(), description: z.string().optional() }),
})

/** Helm stores a release as base64 of gzip of JSON, in a Secret (which is base64 once more). */
export function decodeRelease(secret: KubeObject): HelmRelease {
  const data = (secret.data ?? {}) as Readonly<Record<string, string>>
  try {
    const inner = Buffer.from(data.release ?? "", "base64").toString("latin1")
    const packed = Buffer.from(inner, "base64")
    const json = packed[0] === 0x1f && packed[1] === 0x8b ? unpacked(packed) : packed
    const release: unknown = JSON.parse(json.toString("utf8"))
    releaseShape.parse(release)
    return release as HelmRelease
  } catch (cause) {
    throw new SignalboxError(
      "STATE_DAMAGED",
      {
        what: `Helm's release Secret ${secret.metadata.name} cannot be read`,
        next: "delete that Secret if it is broken; older revisions stay usable",
      },
      { cause },
    )
  }
}

export function encodeRelease(release: HelmRelease): string {
  const inner = gzipSync(Buffer.from(JSON.stringify(release), "utf8"), { level: 9 }).toString("base64")
  return Buffer.from(inner, "latin1").toString("base64")
}

/** The same Secret with the revision marked as failed: what Helm itself writes when an upgrade fails. */
export function markedFailed(secret: KubeObject, why: string): KubeObject {
  const release = decodeRelease(secret)
  const failed: HelmRelease = { ...release, info: { ...release.info, status: "failed", description: why } }
  return {
    ...secret,
    metadata: { ...secret.metadata, labels: { ...secret.metadata.labels, status: "failed" } },
    data: { ...(secret.data as object), release: encodeRelease(failed) },
  }
}
