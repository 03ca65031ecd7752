import pRetry, { AbortError } from "p-retry"
import { SignalboxError, sha256 } from "../../domain/index.ts"
import type { ObjectKind } from "./location.ts"
import { schemaAddress, schemaFile } from "./location.ts"

interface DownloadOptions {
  /** Repetitions after a fault. Default 3. */
  readonly retries?: number
  /** Milliseconds for one request. Default 60,000. */
  readonly timeoutMs?: number
}

/** Larger than any OpenAPI document of Kubernetes many times over. */
const mostBytes = 64 << 20

/**
 * A document by its address; null where there is none.
 * @throws REGISTRY_UNREACHABLE where it cannot be read; STATE_DAMAGED where it has another digest
 */
export async function download(
  address: string,
  digest?: string,
  { retries = 3, timeoutMs = 60_000 }: DownloadOptions = {},
): Promise<string | null> {
  const read = async (): Promise<string | null> => {
    const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) })
    if (response.status === 404 || response.status === 410) return null
    if (!response.ok) {
      const refused = new Error(`${response.status} ${response.statusText}`.trim())
      throw response.status >= 500 || response.status === 429 ? refused : new AbortError(refused)
    }
    const text = await response.text()
    if (text.length > mostBytes) throw new AbortError(`it is larger than ${mostBytes} bytes`)
    return text
  }
  const text = await pRetry(read, { retries, minTimeout: 250, maxTimeout: 2000 }).catch((cause: unknown) => {
    throw new SignalboxError(
      "REGISTRY_UNREACHABLE",
      {
        what: "the schemas of Kubernetes cannot be read from the place that the toolbox names",
        where: address,
        why: reasonOf(cause),
        next: "check the address and the network, or name another source: schemas.kubernetes in toolbox.yaml",
      },
      { cause },
    )
  })
  if (text === null || digest === undefined || sha256(text) === digest) return text
  throw new SignalboxError("STATE_DAMAGED", {
    what: "the document has another digest than the toolbox says",
    where: address,
    why: `${digest} is named, ${sha256(text)} was read`,
    next: "check what was changed there before the digest in toolbox.yaml: schemas.kubernetes.digest",
  })
}

/** The schemas of some kinds, by file name; a kind that the location has none for is left out. */
export async function downloadSchemas(
  template: string,
  version: string,
  kinds: readonly ObjectKind[],
  options?: DownloadOptions,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const kind of kinds) {
    const address = schemaAddress(template, kind, version)
    const text = await download(address, undefined, options)
    if (text !== null) files.set(schemaFile(kind), asSchema(text, address))
  }
  return files
}

/** A proxy's page is no schema: everything would be valid by it. */
function asSchema(text: string, address: string): string {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0)
      return text
  } catch {
    // Told below, with where it came from.
  }
  throw new SignalboxError("OUTPUT_UNREADABLE", {
    what: "what the location of schemas returned is no schema",
    where: address,
    why: text.slice(0, 200).replaceAll(/\s+/g, " "),
    next: "check schemas.kubernetes.location in toolbox.yaml, and proxies on the way",
  })
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message
}
