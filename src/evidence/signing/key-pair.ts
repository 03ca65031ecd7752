import { generateKeyPairSync } from "node:crypto"
import type { Digest } from "../../domain/index.ts"
import { keyId, type SignatureAlgorithm } from "../statements/public-key.ts"

/** A new pair of keys, in PEM. */
export interface KeyPair {
  readonly id: Digest
  readonly publicKey: string
  /** PKCS8; encrypted where a password was given. */
  readonly privateKey: string
}

/** Makes a pair. @param password encrypts the private key. Default: it is not encrypted. */
export function newKeyPair(algorithm: SignatureAlgorithm, password?: string): KeyPair {
  const { publicKey, privateKey } =
    algorithm === "ed25519"
      ? generateKeyPairSync("ed25519")
      : generateKeyPairSync("ec", { namedCurve: "prime256v1" })
  const encryption = password === undefined ? {} : { cipher: "aes-256-cbc", passphrase: password }
  return {
    id: keyId(publicKey),
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem", ...encryption }).toString(),
  }
}
