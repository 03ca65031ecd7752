import { randomBytes } from "node:crypto"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Finished } from "./commands.ts"

/** The pair of keys that a run of the demo signs with. */
export interface Keys {
  /** PEM, as the policy lists it. */
  readonly publicKey: string
  /** The encrypted private key and its password, for the environment of the CLI. */
  readonly secrets: { readonly SIGNING_KEY: string; readonly SIGNING_PASSWORD: string }
}

/**
 * Makes a pair by `key new`. The private key is on disk only meanwhile, encrypted, in a directory that only its owner can
 * read; its password never is. Both end with this process.
 * @param call makes a call with these arguments and variables.
 */
export async function makeKeys(
  call: (args: readonly string[], secrets: NodeJS.ProcessEnv) => Promise<Finished>,
): Promise<Keys> {
  const password = randomBytes(24).toString("base64url")
  const scratch = await mkdtemp(join(tmpdir(), "signalbox-demo-"))
  try {
    const args = ["key", "new", "--password", "env://SIGNING_PASSWORD", "export", "--path", scratch]
    const { exitCode, output } = await call(args, { SIGNING_PASSWORD: password })
    if (exitCode !== 0) throw new Error(`key new ended with ${exitCode}: ${output}`)
    const [privateKey, publicKey] = await Promise.all(
      ["signalbox.key", "signalbox.pub"].map((name) => readFile(join(scratch, name), "utf8")),
    )
    if (privateKey === undefined || publicKey === undefined) throw new Error("key new wrote no pair")
    return { publicKey, secrets: { SIGNING_KEY: privateKey, SIGNING_PASSWORD: password } }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
