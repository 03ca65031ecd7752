/** The registry as somebody sees and changes it who has the token that CI pushes with. */
import type { EvidenceKind, Files } from "../../../../src/evidence/index.ts"
import { network } from "../../../../toolchain/network.ts"
import { evidenceStore } from "../../../cluster/deploy-support/published.ts"
import { uniqueName } from "../../../engine/harness/index.ts"
import { publishedBy } from "../../../engine/support/project.ts"

const accept = ["application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json"].join(
  ", ",
)

interface Document {
  readonly type: string
  readonly digest: string
  readonly text: string
}

/** Everything below a project's name. */
export class ProjectRegistry {
  readonly #project: string
  readonly #prefix: string

  constructor(project: string) {
    this.#project = project
    this.#prefix = `${network.applicationImages.slice(network.registry.length + 1)}/${project}`
  }

  /** Files of an entry as they are stored. */
  async files(kind: EvidenceKind, key: string): Promise<Files> {
    const found = await evidenceStore(this.#project).get(kind, key)
    if (found === undefined) throw new Error(`the registry has no ${kind} ${key}`)
    return found.files
  }

  /** Puts files under a key, whatever it had: the tag is moved to them. */
  async put(kind: EvidenceKind, key: string, files: Files): Promise<void> {
    const stored = await evidenceStore(this.#project).put(kind, uniqueName("attack"), files)
    await this.move(kind, key, stored.digest)
  }

  /** Points a tag of a repository of the project at what another tag, or a digest, is. */
  async move(repository: string, tag: string, to: string): Promise<void> {
    const { type, text } = await document(`${this.#prefix}/${repository}`, to)
    const headers = { "content-type": type }
    await answer(`${this.#prefix}/${repository}/manifests/${tag}`, { method: "PUT", headers, body: text })
  }

  /** What a tag of a repository of the project is. */
  async digestOf(repository: string, tag: string): Promise<string> {
    return (await document(`${this.#prefix}/${repository}`, tag)).digest
  }

  /** `repository:tag digest` of everything that has a tag: what an attack must leave as it is. */
  async tags(): Promise<readonly string[]> {
    const all = await publishedBy(this.#project)
    return Promise.all(all.map(async (one) => `${one} ${(await documentOf(one)).digest}`))
  }

  /** Manifests and blobs by name, each content once. */
  async *contents(): AsyncGenerator<readonly [string, Buffer]> {
    const seen = new Set<string>()
    for (const one of await publishedBy(this.#project)) {
      const { text } = await documentOf(one)
      yield [one, Buffer.from(text)]
      const repository = one.slice(0, one.lastIndexOf(":"))
      for (const [digest] of text.matchAll(/sha256:[0-9a-f]{64}/g)) {
        if (seen.has(digest)) continue
        seen.add(digest)
        const blob = await fetch(url(`${repository}/blobs/${digest}`))
        // Some digests are those of manifests, or of what the layers are unpacked.
        if (blob.ok) yield [`${one} ${digest}`, Buffer.from(await blob.arrayBuffer())]
      }
    }
  }
}

const documentOf = (one: string): Promise<Document> => {
  const at = one.lastIndexOf(":")
  return document(one.slice(0, at), one.slice(at + 1))
}

async function document(repository: string, reference: string): Promise<Document> {
  const response = await answer(`${repository}/manifests/${reference}`, { headers: { accept } })
  const digest = response.headers.get("docker-content-digest") ?? ""
  return { type: response.headers.get("content-type") ?? "", digest, text: await response.text() }
}

const url = (path: string): string => `http://${network.registry}/v2/${path}`

async function answer(path: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url(path), options)
  if (!response.ok) throw new Error(`the registry answers ${response.status} to ${path}`)
  return response
}
