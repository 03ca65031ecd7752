import { type Directory, dag } from "@dagger.io/dagger"
import { SignalboxError } from "../src/domain/index.ts"

/**
 * A new pair of keys as files. The engine stores what a directory holds, so the private key is always encrypted.
 * @throws USAGE for an unknown algorithm or an empty password
 */
export async function newSigningKeys(password: string, algorithm: string): Promise<Directory> {
  const { newKeyPair, passwordIn, signatureAlgorithms } = await import("../src/evidence/index.ts")
  const found = signatureAlgorithms.find((name) => name === algorithm)
  if (found === undefined)
    throw new SignalboxError("USAGE", {
      what: `there is no algorithm ${JSON.stringify(algorithm)}`,
      next: `name one of: ${signatureAlgorithms.join(", ")}`,
    })
  const passphrase = passwordIn(password)
  if (passphrase === "")
    throw new SignalboxError("USAGE", {
      what: "the password is empty",
      why: "the engine stores what a call exports: an unencrypted private key would remain there",
      next: "give a password: --password env://NAME",
    })
  const { id, publicKey, privateKey } = newKeyPair(found, passphrase)
  // The CLI prints the content of a file that is given to the engine as text: it is written to this container's disk.
  const { mkdir, writeFile } = await import("node:fs/promises")
  const place = `keys/${crypto.randomUUID()}`
  await mkdir(place, { recursive: true })
  await writeFile(`${place}/signalbox.key`, privateKey, { mode: 0o600 })
  await writeFile(`${place}/signalbox.pub`, publicKey)
  await writeFile(`${place}/signalbox.id`, `${id}\n`)
  return dag.currentModule().workdir(place)
}
