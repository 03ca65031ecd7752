import { type Directory, dag } from "@dagger.io/dagger"
import { SignalboxError } from "../src/domain/index.ts"

/**
 * A new pair of keys as files. The engine stores what a directory holds, so the private key is always encrypted.
 * @throws USAGE for an unknown algorithm or an empty password
 */
export async function newSigningKeys(password: string, algorithm: string): Promise<Directory> {
  const { newKeyPair, signatureAlgorithms } = await import("../src/evidence/index.ts")
  const found = signatureAlgorithms.find((name) => name === algorithm)
  if (found === undefined)
    throw new SignalboxError("USAGE", {
      what: `there is no algorithm ${JSON.stringify(algorithm)}`,
      next: `name one of: ${signatureAlgorithms.join(", ")}`,
    })
  if (password === "")
    throw new SignalboxError("USAGE", {
      what: "the password is empty",
      why: "the engine stores what a call exports: an unencrypted private key would remain there",
      next: "give a password: --password env://NAME",
    })
  const { id, publicKey, privateKey } = newKeyPair(found, password)
  return dag
    .directory()
    .withNewFile("signalbox.key", privateKey, { permissions: 0o600 })
    .withNewFile("signalbox.pub", publicKey)
    .withNewFile("signalbox.id", `${id}\n`)
}
