import { verify } from "node:crypto"
import { z } from "zod"
import type { PublicKey } from "./public-key.ts"

/** Payload type of every statement that is signed here (in-toto attestation framework, envelope layer). */
export const statementPayloadType = "application/vnd.in-toto+json"

/** Base64 in either alphabet, which verifiers must accept; Node alone would ignore what stands after its end. */
const base64 = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/, "base64")

/** A DSSE envelope (DSSE 1.0.0, envelope.md): base64 payload, its type, and signatures over both. */
export const envelopeSchema = z.object({
  payloadType: z.string(),
  payload: base64,
  signatures: z.array(z.object({ keyid: z.string().optional(), sig: base64 })).readonly(),
})
export type Envelope = z.output<typeof envelopeSchema>

/** The bytes that are signed: DSSE's pre-authentication encoding of type and payload. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, "utf8")
  const head = Buffer.from(`DSSEv1 ${type.length} `, "utf8")
  return Buffer.concat([head, type, Buffer.from(` ${payload.length} `, "utf8"), payload])
}

/** An envelope without signatures. */
export function unsignedEnvelope(payload: string): Envelope {
  return {
    payloadType: statementPayloadType,
    payload: Buffer.from(payload, "utf8").toString("base64"),
    signatures: [],
  }
}

/**
 * The first of the keys by which an envelope of a statement is signed; undefined where it is signed by none of them. The
 * key ids in the envelope are hints of the signer's, and decide nothing.
 * @param payloadType the only one that is accepted. Default: that of in-toto statements.
 */
export function signerOf(
  envelope: Envelope,
  keys: readonly PublicKey[],
  payloadType: string = statementPayloadType,
): PublicKey | undefined {
  if (envelope.payloadType !== payloadType) return undefined
  const bytes = preAuthenticationEncoding(envelope.payloadType, payloadOf(envelope))
  return keys.find((key) =>
    envelope.signatures.some(
      ({ sig }) => base64.safeParse(sig).success && isSignature(bytes, Buffer.from(sig, "base64"), key),
    ),
  )
}

export function payloadOf(envelope: Envelope): Uint8Array {
  return Buffer.from(envelope.payload, "base64")
}

function isSignature(bytes: Uint8Array, signature: Uint8Array, { key, algorithm }: PublicKey): boolean {
  if (algorithm === "ed25519") return verify(null, bytes, key, signature)
  // Most signers, cosign among them, write ASN.1; DSSE's own example is the plain pair of numbers.
  const forms = signature.length === 64 ? (["ieee-p1363", "der"] as const) : (["der"] as const)
  return forms.some((dsaEncoding) => verify("sha256", bytes, { key, dsaEncoding }, signature))
}
