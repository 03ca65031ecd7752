import { createPublicKey, type KeyObject } from "node:crypto"
import { type Digest, SignalboxError, sha256 } from "../../domain/index.ts"

export const signatureAlgorithms = ["ed25519", "ecdsa-p256"] as const
export type SignatureAlgorithm = (typeof signatureAlgorithms)[number]

/** A public key whose signatures are trusted, as policy lists it. */
export interface PublicKey {
  readonly name: string
  /** SHA-256 of its DER form (SubjectPublicKeyInfo). */
  readonly id: Digest
  readonly algorithm: SignatureAlgorithm
  readonly key: KeyObject
}

/** A key of policy as it is written there: a name, and the key in PEM. */
export interface NamedKey {
  readonly name: string
  readonly publicKey: string
}

/**
 * Reads a public key in PEM (`PUBLIC KEY`), such as cosign.pub.
 * @throws CONFIG_INVALID for anything else, a private key among it, and for other algorithms than Ed25519 and ECDSA P-256
 */
export function readPublicKey({ name, publicKey }: NamedKey): PublicKey {
  // Node would derive the public key of a private one: whoever wrote that into policy has to hear of it.
  if (!/^-----BEGIN PUBLIC KEY-----\s/.test(publicKey.trim())) throw invalid(name, "it is no PEM PUBLIC KEY")
  let key: KeyObject
  try {
    key = createPublicKey(publicKey)
  } catch (cause) {
    throw invalid(name, "its PEM cannot be read", cause)
  }
  const algorithm = algorithmOf(key)
  if (algorithm === undefined) throw invalid(name, `it is of type ${key.asymmetricKeyType ?? "unknown"}`)
  return { name, id: keyId(key), algorithm, key }
}

/** SHA-256 of a public key's DER form. */
export function keyId(key: KeyObject): Digest {
  return sha256(key.export({ type: "spki", format: "der" }))
}

/** Undefined for an algorithm that is not supported. */
export function algorithmOf(key: KeyObject): SignatureAlgorithm | undefined {
  if (key.asymmetricKeyType === "ed25519") return "ed25519"
  const isP256 = key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1"
  return isP256 ? "ecdsa-p256" : undefined
}

function invalid(name: string, why: string, cause?: unknown): SignalboxError {
  return new SignalboxError(
    "CONFIG_INVALID",
    {
      what: `the public key ${JSON.stringify(name)} cannot be used`,
      where: "signingKeys",
      why,
      next: "give an Ed25519 or ECDSA P-256 public key in PEM: that of `key new`, or cosign.pub",
    },
    { cause },
  )
}
