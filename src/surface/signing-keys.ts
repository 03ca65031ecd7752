import { type Directory, func, object, type Secret } from "@dagger.io/dagger"

/** Keys that sign release records and verifications. */
@object()
export class SigningKeys {
  /**
   * A new pair: signalbox.key (PKCS8, encrypted by the password), signalbox.pub, and its id in signalbox.id, as messages
   * name it. Export it to a directory; the private key is printed nowhere. The public key belongs into signingKeys of
   * signalbox.yaml. Ends with 13 for an empty password, a secret that does not exist and an unknown algorithm.
   * @param password Encrypts the private key; calls that sign need it as --signing-key-password.
   * @param algorithm ed25519 or ecdsa-p256.
   */
  @func({ cache: "never" })
  async new(password: Secret, algorithm: string = "ed25519"): Promise<Directory> {
    const { attempt } = await import("../call/index.ts")
    // No toolbox is needed to make a pair, and so none to refuse.
    return attempt(async () => {
      const { newSigningKeys } = await import("../../pipelines/signing-keys.ts")
      return newSigningKeys(await password.plaintext(), algorithm)
    })
  }
}
