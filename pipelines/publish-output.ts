import type { Session } from "../src/call/index.ts"
import { type Digest, type PlatformOfImage, recordDigest } from "../src/domain/index.ts"
import type { Release } from "./bundle.ts"
import { otherRegistry } from "./other-registry.ts"
import { unsignedRecord } from "./unsigned.ts"

/** A release, and whether this call created it. */
export interface PublishedRelease {
  readonly release: Release
  /** False where an earlier call has published the version from the same commit. */
  readonly created: boolean
}

/**
 * The JSON that `publish` prints: version, commit, record and images by digest (`record` is where the registry has it,
 * `recordDigest` what plans and ledgers name), and a note where the toolbox
 * names another registry, and a warning where no protected environment will take the release. `platforms` has the manifests of each index by
 * their platforms.
 * @param held the call under the policy in force
 */
export async function publishOutput(held: Session, { release, created }: PublishedRelease): Promise<string> {
  const { record, reference } = release
  const images = Object.fromEntries(
    record.images.map((image) => [image.component, `${image.repository}@${image.digest}`]),
  )
  const platforms = Object.fromEntries(
    record.images.flatMap((image) =>
      image.platforms === undefined ? [] : [[image.component, digestsOf(image.platforms)]],
    ),
  )
  const { version, source } = record
  const [warning, note] = await Promise.all([unsignedRecord(held, release), otherRegistry(held)])
  const output = {
    ...{ version, commit: source.commit, record: reference, recordDigest: recordDigest(record) },
    images,
    ...(Object.keys(platforms).length === 0 ? {} : { platforms }),
    made: created,
    ...(note === null ? {} : { notes: [note] }),
    ...(warning === null ? {} : { warnings: [warning] }),
  }
  return `${JSON.stringify(output, undefined, 2)}\n`
}

function digestsOf(platforms: Readonly<Record<string, PlatformOfImage>>): Readonly<Record<string, Digest>> {
  return Object.fromEntries(Object.entries(platforms).map(([name, { digest }]) => [name, digest]))
}
