import { z } from "zod"
import { type Digest, SignalboxError } from "../../domain/index.ts"
import { RegistryClient } from "../registry/client.ts"
import { readCredentials } from "../registry/credentials.ts"
import { apiPlace, parseReference, type Reference } from "../registry/reference.ts"

/** One place where an artifact is published, and how it is read. */
export const placeSchema = z.strictObject({
  /** `REGISTRY/NAME:TAG`, as the toolbox has it. */
  reference: z.string(),
  insecure: z.boolean(),
  username: z.string().optional(),
  /** File that holds the password or token: a mounted secret. */
  passwordFile: z.string().optional(),
})
export type ArtifactPlace = z.infer<typeof placeSchema>

/** A place that was asked in vain. */
export interface PassedPlace {
  readonly place: string
  readonly why: string
}

/** Reads from one place. */
interface PlaceReader {
  readonly place: string
  readonly client: RegistryClient
  /** Registry and repository as the distribution API has them, and the tag or digest that is asked for. */
  readonly ref: Reference
}

export interface ReadOptions {
  /** Repetitions at each place after a fault. Default 2. */
  readonly retries?: number
  /** Milliseconds for an answer, and between two bytes of a blob. Default 15,000. */
  readonly timeoutMs?: number
}

/** Manifests are small: what is larger is none. */
const manifestBytes = 4 << 20

/** @param digest asked for instead of the tag. */
export async function readerOf(
  { reference, insecure, username, passwordFile }: ArtifactPlace,
  digest: Digest | undefined,
  { retries = 2, timeoutMs = 15_000 }: ReadOptions = {},
): Promise<PlaceReader> {
  const named = parseReference(reference)
  const credentials = await readCredentials(username, passwordFile)
  const { registry, repository } = apiPlace(named)
  const client = new RegistryClient(registry, {
    ...{ insecure, retries, timeoutMs, maxBytes: manifestBytes },
    ...credentials,
  })
  return { place: reference, client, ref: { registry, repository, reference: digest ?? named.reference } }
}

/**
 * Asks one place after the other until one answers.
 * @param goesOn whether the next place is asked after an error; every other error ends the search, because somebody has to
 * look at what that place serves.
 * @throws what `goesOn` refuses; DATABASE_MISSING that names every place and its reason, where none has answered
 */
export async function firstPlace<T>(
  places: readonly ArtifactPlace[],
  ask: (place: ArtifactPlace) => Promise<T>,
  goesOn: (error: SignalboxError) => boolean,
): Promise<{ readonly place: string; readonly value: T; readonly passed: readonly PassedPlace[] }> {
  const passed: PassedPlace[] = []
  for (const place of places) {
    try {
      return { place: place.reference, value: await ask(place), passed }
    } catch (thrown) {
      if (!(thrown instanceof SignalboxError) || !goesOn(thrown)) throw thrown
      const { what, why } = thrown.detail
      passed.push({ place: place.reference, why: [what, why].filter(Boolean).join(": ") })
    }
  }
  throw new SignalboxError("DATABASE_MISSING", {
    what:
      passed.length === 1
        ? "the database could not be had from the one place that the toolbox names"
        : `the database could not be had from any of the ${passed.length} places that the toolbox names`,
    where: passed.map(({ place }) => place).join(", "),
    why: passed.map(({ place, why }) => `${place}: ${why}`).join("\n"),
    next: "check the network and the registries, or name a mirror: databases in toolbox.yaml",
  })
}
