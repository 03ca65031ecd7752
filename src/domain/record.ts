import { contentDigest, toJson } from "./canonical.ts"
import type { Digest } from "./digest.ts"
import type { DatabaseIdentity, ToolIdentity, WaiverUse } from "./gate-result.ts"
import type { PolicyIdentity } from "./policy.ts"
import type { Verdict } from "./verdict.ts"

/** The image of one platform, in an index. */
export interface PlatformOfImage {
  /** Of its manifest. */
  readonly digest: Digest
  /** Compressed bytes of all layers. */
  readonly bytes: number
}

/** An image of a release, by digest. */
export interface ReleaseImage {
  readonly component: string
  readonly repository: string
  /** Of its manifest; with `platforms`, of the index that names them: what is deployed, signed and judged. */
  readonly digest: Digest
  /** `linux/amd64`; with `platforms`, their names with commas between them. */
  readonly platform: string
  /** Compressed bytes of all layers; with `platforms`, of the largest of them: a node pulls one. */
  readonly bytes: number
  /** Of a component that was built for several platforms, the image of each by its name. Absent: there is one. */
  readonly platforms?: Readonly<Record<string, PlatformOfImage>>
  /** `REPOSITORY@DIGEST` that it was copied from, unchanged, if it was built elsewhere. */
  readonly from?: string
}

/** One gate's part in the evidence: verdict and digest, not the whole report. */
export interface GateEvidence {
  readonly gate: string
  /**
   * `false`: the release did not need it. It warned, or it was skipped because it has nothing to judge or is switched
   * off, as `summary` says. Default: true, as in records of earlier versions.
   */
  readonly required?: boolean
  /** The policy let the release go although the gate found something: `verdict` is `fail` then. Absent: it blocked. */
  readonly onFail?: "warn"
  readonly verdict: Verdict
  readonly summary: string
  readonly tools: readonly ToolIdentity[]
  readonly database?: DatabaseIdentity
  /** Digests of the images that it judged, by component. Absent for a gate over the source, and in earlier versions. */
  readonly judged?: Readonly<Record<string, Digest>>
  readonly reportDigest: Digest
}

/**
 * What a release is: immutable, created before its first deployment, addressed by the SHA-256 of its canonical JSON
 * (RFC 8785). Everything that is deployed later refers to it.
 */
export interface ReleaseRecord {
  readonly schemaVersion: 1
  readonly project: string
  /** Canonical version without `v`. */
  readonly version: string
  readonly source: { readonly commit: string; readonly tree: string; readonly tag?: string }
  readonly images: readonly ReleaseImage[]
  readonly chart: { readonly name: string; readonly version: string; readonly digest: Digest }
  /**
   * What else a deployment reads, by its path in the release: values, smoke test, load script. Absent in records of
   * earlier versions, whose files no digest covers.
   */
  readonly files?: Readonly<Record<string, Digest>>
  readonly gates: readonly GateEvidence[]
  /** The policy that the gates were held against. Absent in records of earlier versions. */
  readonly policy?: PolicyIdentity
  readonly waivers: readonly WaiverUse[]
  readonly builder: { readonly name: string; readonly version: string; readonly engine: string }
  /** RFC 3339 date-time at which the record was created. */
  readonly created: string
  /** Left for the release room: SBOM digests and signatures. */
  readonly sboms?: readonly { readonly component: string; readonly digest: Digest }[]
}

/** A gate that judged another image than the one that is released. */
export interface Misjudged {
  readonly gate: string
  readonly component: string
  readonly judged: Digest
  readonly released: Digest
}

/** What was judged and is not what is released: a build that is repeated may give another image. */
export function misjudged(
  images: readonly Pick<ReleaseImage, "component" | "digest">[],
  gates: readonly GateEvidence[],
): readonly Misjudged[] {
  return gates.flatMap(({ gate, judged = {} }) =>
    images.flatMap(({ component, digest }) => {
      const one = judged[component]
      return one === undefined || one === digest ? [] : [{ gate, component, judged: one, released: digest }]
    }),
  )
}

export function recordDigest(record: ReleaseRecord): Digest {
  return contentDigest(toJson(record))
}
