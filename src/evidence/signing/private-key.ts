import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto"
import { algorithmOf, keyId, type PublicKey, type SignatureAlgorithm } from "../statements/public-key.ts"
import { unusable } from "./unusable.ts"

/** A private key, ready to sign. */
export interface SigningKey {
  readonly key: KeyObject
  readonly algorithm: SignatureAlgorithm
  readonly publicKey: PublicKey
}

const cosignLabels = /^-----BEGIN ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY-----$/m

/**
 * Reads a private key: PEM in PKCS8, with or without a password, or the key file of cosign as it is.
 * @param password of an encrypted key. Default: none.
 * @throws USAGE where it cannot be read, or has another algorithm than Ed25519 and ECDSA P-256; no error quotes the key
 */
export async function readSigningKey(pem: string, password = ""): Promise<SigningKey> {
  const key = cosignLabels.test(pem)
    ? await (await import("./cosign-key.ts")).readCosignKey(pem, password)
    : readPkcs8(pem, password)
  const algorithm = algorithmOf(key)
  if (algorithm === undefined) throw unusable(`it is of type ${key.asymmetricKeyType ?? "unknown"}`)
  const publicKey = createPublicKey(key)
  const id = keyId(publicKey)
  return { key, algorithm, publicKey: { name: id, id, algorithm, key: publicKey } }
}

function readPkcs8(pem: string, password: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: "pem", passphrase: password })
  } catch {
    // What OpenSSL says may quote the input.
    throw unusable("it is no PEM private key, or the password is another one")
  }
}
