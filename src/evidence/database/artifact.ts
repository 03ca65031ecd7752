import { type Digest, SignalboxError } from "../../domain/index.ts"
import type { Blob } from "../registry/download.ts"
import type { Manifest } from "../registry/manifest.ts"
import { type DatabaseKindName, databaseKinds } from "./kinds.ts"
import { type ArtifactPlace, firstPlace, type PassedPlace, type ReadOptions, readerOf } from "./places.ts"

/** A database as a registry has it now. */
interface ResolvedDatabase {
  /** The place that has answered: `REGISTRY/NAME:TAG`. */
  readonly place: string
  /** Digest of its manifest there. */
  readonly digest: Digest
  readonly layer: Blob
  /** Places before it, and why they were passed over. */
  readonly passed: readonly PassedPlace[]
}

/**
 * The database that a tag means now, at the first place that answers; a mirror is a source of its own, whose tag may mean
 * another day's database. With a digest: that one, whichever place has it.
 * @throws DATABASE_MISSING where no place answers; OUTPUT_UNREADABLE for an artifact of another kind: the next place is not
 * asked then
 */
export async function resolveDatabase(
  kind: DatabaseKindName,
  places: readonly ArtifactPlace[],
  digest?: Digest,
  options?: ReadOptions,
): Promise<ResolvedDatabase> {
  const { place, value, passed } = await firstPlace(
    places,
    async (one) => {
      const { client, ref } = await readerOf(one, digest, options)
      const found = await client.manifest(ref)
      if (found === undefined)
        throw new SignalboxError("REGISTRY_UNREACHABLE", {
          what: "the registry has no such artifact, or does not show it",
          where: one.reference,
        })
      return { digest: found.digest, layer: layerOf(kind, found.manifest, one.reference) }
    },
    ({ code }) => code === "REGISTRY_UNREACHABLE",
  )
  return { place, ...value, passed }
}

/**
 * Downloads the layer from the first place that has it. Its digest decides what it is: a place with other content is
 * passed over.
 * @returns the place
 * @throws DATABASE_MISSING where no place has it
 */
export async function downloadLayer(
  layer: Blob,
  places: readonly ArtifactPlace[],
  file: string,
  options?: ReadOptions,
): Promise<string> {
  const { place } = await firstPlace(
    places,
    async (one) => {
      const { client, ref } = await readerOf(one, undefined, options)
      await client.download(ref.repository, layer, file)
    },
    ({ code }) => code === "REGISTRY_UNREACHABLE" || code === "STATE_DAMAGED",
  )
  return place
}

function layerOf(kind: DatabaseKindName, { layers }: Manifest, where: string): Blob {
  const [layer, ...others] = layers
  const wanted = databaseKinds[kind].layer
  if (layer === undefined || others.length > 0)
    throw noDatabase(where, `it has ${layers.length} layers, and not one`)
  if (layer.mediaType !== wanted)
    throw noDatabase(where, `its layer is ${layer.mediaType}, and not ${wanted}`)
  return { digest: layer.digest, size: layer.size }
}

function noDatabase(where: string, why: string): SignalboxError {
  return new SignalboxError("OUTPUT_UNREADABLE", {
    what: "this artifact is not the database that the toolbox says",
    where,
    why,
    next: "correct databases in toolbox.yaml, or ask who publishes there",
  })
}
