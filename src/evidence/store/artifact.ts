import {
  type Digest,
  type ReleaseRecord,
  recordDigest,
  sha256,
  tagOf,
  type Version,
} from "../../domain/index.ts"
import { type Descriptor, emptyDescriptor, manifestText } from "../registry/manifest.ts"
import type { EvidenceKind, Files } from "./store.ts"

/** Annotation with the key of an artifact, and of a layer with the file's path. */
export const titleKey = "org.opencontainers.image.title"

/** The manifest under which files are stored in a registry: one layer per file. It follows from key and files alone. */
export function artifactText(kind: EvidenceKind, key: string, files: Files): string {
  const layers = [...files.keys()].sort().map((name) => descriptor(name, files.get(name) ?? new Uint8Array()))
  return manifestText(`application/vnd.signalbox.${kind}.v1`, emptyDescriptor, layers, { [titleKey]: key })
}

/** The two digests of a stored release: plans and ledgers name its record's, `publish` prints that of all its files. */
export interface StoredDigests {
  /** SHA-256 of the record as canonical JSON. */
  readonly record: Digest
  /** That of the artifact in the registry, which has every file of the release. */
  readonly artifact: Digest
}

/** Both digests of a release, computed from its files and without the registry. */
export function releaseDigests(record: ReleaseRecord, files: Files): StoredDigests {
  // A record has its version in canonical form; one that was changed has another digest whatever its key.
  const key = tagOf(record.version as Version)
  return { record: recordDigest(record), artifact: sha256(artifactText("releases", key, files)) }
}

function descriptor(name: string, content: Uint8Array): Descriptor {
  const mediaType = name.endsWith(".json") ? "application/json" : "application/octet-stream"
  return { mediaType, digest: sha256(content), size: content.length, annotations: { [titleKey]: name } }
}
