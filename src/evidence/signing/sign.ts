import { sign } from "node:crypto"
import { type Envelope, payloadOf, preAuthenticationEncoding } from "../statements/dsse.ts"
import type { SigningKey } from "./private-key.ts"

/**
 * An envelope with one more signature. It has no key id: the library that cosign verifies with passes over a key whose own
 * form of id is another one. ECDSA signatures are in ASN.1, as cosign reads them.
 */
export function signed(envelope: Envelope, { key, algorithm }: SigningKey): Envelope {
  const content = preAuthenticationEncoding(envelope.payloadType, payloadOf(envelope))
  const signature = sign(algorithm === "ed25519" ? null : "sha256", content, key)
  return {
    ...envelope,
    signatures: [...envelope.signatures, { sig: signature.toString("base64") }],
  }
}
