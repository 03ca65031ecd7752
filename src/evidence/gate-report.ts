import { z } from "zod"
import { digest } from "../config/schema/primitives.ts"
import {
  canonicalJson,
  contentDigest,
  type Digest,
  type GateEvidence,
  type GateResult,
  toJson,
} from "../domain/index.ts"
import { gateEvidence } from "./record.ts"

/** What is stored of a gate: whoever may write to the registry may have put anything in its place. */
const readable = z.looseObject({ gate: z.string(), reports: z.record(z.string(), digest) })

/** A stored gate report, and the digest of what it says; null for what is none. */
export function storedGate(raw: Uint8Array): { readonly result: GateResult; readonly digest: Digest } | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(raw))
    const result = readable.safeParse(value)
    // The value as it is stored: the digest covers more than what is read here.
    return result.success ? { result: value as GateResult, digest: contentDigest(toJson(value)) } : null
  } catch (error) {
    // No JSON, or nested so deep that nothing can be computed from it.
    if (error instanceof SyntaxError || error instanceof RangeError) return null
    throw error
  }
}

/**
 * What a record says of a gate otherwise than the gate's own report, in words; null where they agree. Records of earlier
 * versions say less.
 */
export function contradiction(recorded: GateEvidence, result: GateResult): string | null {
  const own = gateEvidence(result)
  // Both were read from files, in which objects have their keys in different orders.
  const differing = Object.entries(recorded).filter(
    ([key, value]) => canonicalJson(toJson(value)) !== canonicalJson(toJson(Reflect.get(own, key) ?? null)),
  )
  return differing.length === 0 ? null : differing.map(([key]) => key).join(", ")
}
