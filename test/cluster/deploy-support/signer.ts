import { newKeyPair } from "../../../src/evidence/signing/key-pair.ts"

/** A pair of keys, and how a call of the module gets the private one. */
export interface Signer {
  readonly publicKey: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** @param name of the variable that holds the private key. */
export function newSigner(name: string): Signer {
  const { publicKey, privateKey } = newKeyPair("ed25519")
  return { publicKey, args: ["--signing-key", `env://${name}`], env: { [name]: privateKey } }
}
