import { SignalboxError } from "../../domain/index.ts"
import { type Envelope, envelopeSchema } from "./dsse.ts"

/** Files of the statements about a release, in the release. */
export const releaseStatementFile = "statements/release.json"
/** File of the statement about a later scan, beside the scan itself. */
export const scanStatementFile = "statements/scan.json"
export const provenanceFile = "statements/provenance.json"

/** A stored envelope; null where there is none. @throws STATE_DAMAGED for a file that is none */
export function readEnvelope(content: Uint8Array | string | undefined): Envelope | null {
  if (content === undefined) return null
  try {
    const text = typeof content === "string" ? content : new TextDecoder().decode(content)
    return envelopeSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new SignalboxError(
      "STATE_DAMAGED",
      {
        what: "a statement of the release cannot be read",
        where: releaseStatementFile,
        why: "it is no DSSE envelope",
        next: "publish a new version",
      },
      { cause },
    )
  }
}
