import { SignalboxError } from "../../domain/index.ts"

/** Why a signing key cannot be used; never with what the key file holds. */
export function unusable(why: string): SignalboxError {
  return new SignalboxError("USAGE", {
    what: "the signing key cannot be used",
    where: "--signing-key",
    why,
    next: "give an Ed25519 or ECDSA P-256 key in PEM (that of `key new`, or cosign.key), and --signing-key-password where it is encrypted",
  })
}
