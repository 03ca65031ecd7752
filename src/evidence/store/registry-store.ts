import pLimit from "p-limit"
import { SignalboxError, sha256 } from "../../domain/index.ts"
import type { RegistryClient } from "../registry/client.ts"
import { emptyConfig } from "../registry/manifest.ts"
import { asTag } from "../registry/reference.ts"
import { artifactText, titleKey } from "./artifact.ts"
import type { EvidenceKind, EvidenceStore, Files, Stored } from "./store.ts"

const parallelTransfers = 6

/** Evidence as OCI artifacts: one layer per file, titled with its path, so that any OCI client can pull them. */
export class RegistryStore implements EvidenceStore {
  readonly #client: RegistryClient
  readonly #registry: string
  readonly #prefix: string

  constructor(client: RegistryClient, registry: string, prefix: string) {
    this.#client = client
    this.#registry = registry
    this.#prefix = prefix
  }

  async put(kind: EvidenceKind, key: string, files: Files): Promise<Stored> {
    const repository = this.#repository(kind)
    const reference = asTag(key)
    const text = artifactText(kind, key, files)
    const isStored = async (): Promise<boolean> => {
      const existing = await this.#client.resolve({ registry: this.#registry, repository, reference })
      if (existing === undefined || existing === sha256(text)) return existing !== undefined
      throw conflict(this.#reference(kind, key), existing, sha256(text))
    }
    if (!(await isStored())) {
      await this.#client.putBlob(repository, emptyConfig)
      await pLimit(parallelTransfers).map([...files.values()], (content) =>
        this.#client.putBlob(repository, content),
      )
      // The transfers take long, and registries have no compare-and-swap: another call may have been first meanwhile.
      if (!(await isStored()))
        await this.#client.putManifest({ registry: this.#registry, repository, reference }, text)
      // Another call may have written the tag between the look and the write: look again.
      await isStored()
    }
    return { digest: sha256(text), reference: `${this.#reference(kind, key)}@${sha256(text)}` }
  }

  async get(kind: EvidenceKind, key: string): Promise<{ stored: Stored; files: Files } | undefined> {
    const repository = this.#repository(kind)
    const found = await this.#client.manifest({ registry: this.#registry, repository, reference: asTag(key) })
    if (found === undefined) return undefined
    const files = await pLimit(parallelTransfers).map(
      found.manifest.layers,
      async ({ annotations, digest }) =>
        [annotations?.[titleKey] ?? digest, await this.#client.blob(repository, digest)] as const,
    )
    return {
      stored: { digest: found.digest, reference: `${this.#reference(kind, key)}@${found.digest}` },
      files: new Map(files),
    }
  }

  async keys(kind: EvidenceKind, prefix: string): Promise<readonly string[]> {
    return (await this.#client.tags(this.#repository(kind))).filter((tag) => tag.startsWith(asTag(prefix)))
  }

  #repository(kind: EvidenceKind): string {
    return `${this.#prefix}/${kind}`
  }

  #reference(kind: EvidenceKind, key: string): string {
    return `${this.#registry}/${this.#repository(kind)}:${asTag(key)}`
  }
}

function conflict(reference: string, existing: string, wanted: string): SignalboxError {
  return new SignalboxError("RECORD_CONFLICT", {
    what: "evidence with other content is already stored under this key",
    where: reference,
    why: `stored ${existing}, wanted ${wanted}`,
    next: "a release is immutable: cut a new version",
  })
}
