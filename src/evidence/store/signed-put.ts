import { readFile } from "node:fs/promises"
import { isDigest } from "../../domain/index.ts"
import { bundlesOf } from "../registry/bundle.ts"
import { attachStatements } from "../registry/referrers.ts"
import { passwordIn } from "../signing/password.ts"
import type { SigningKey } from "../signing/private-key.ts"
import type { Envelope } from "../statements/index.ts"
import { payloadOf, signerOf } from "../statements/index.ts"
import { predicateTypes, type Subject, subjectsIn } from "../statements/statement.ts"
import { readEnvelope } from "../statements/stored.ts"
import type { CommandOptions, OpenStore } from "./options.ts"
import type { Files } from "./store.ts"

const isStatement = (path: string): boolean => /^statements\/[^/]+\.json$/.test(path)

/** The files with every statement among them signed, where a key is given. @throws USAGE for a key that cannot be used */
export async function signStatements(
  files: Files,
  { signKey, signPassword }: Pick<CommandOptions, "signKey" | "signPassword">,
): Promise<Files> {
  if (signKey === "") return files
  const key = await signingKey({ signKey, signPassword })
  const { signed } = await import("../signing/sign.ts")
  return new Map(
    [...files].map(([path, content]) => {
      const envelope = isStatement(path) ? readEnvelope(content) : null
      const isSigned = envelope !== null && signerOf(envelope, [key.publicKey]) !== undefined
      return [path, envelope === null || isSigned ? content : bytesOf(signed(envelope, key))] as const
    }),
  )
}

/** The key in the files that were given. @throws USAGE for one that cannot be used */
export async function signingKey({
  signKey,
  signPassword,
}: Pick<CommandOptions, "signKey" | "signPassword">): Promise<SigningKey> {
  const { readSigningKey } = await import("../signing/private-key.ts")
  const password = signPassword === "" ? undefined : passwordIn(await readFile(signPassword, "utf8"))
  return readSigningKey(await readFile(signKey, "utf8"), password)
}

/**
 * What is attached as Sigstore bundles, too. `cosign verify` takes a bundle of any kind for a signature of the image: so a
 * verification, which may say that the tests failed, is none.
 */
const bundled: readonly string[] = [predicateTypes.release, predicateTypes.provenance]

function bytesOf(envelope: Envelope): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(envelope)}\n`)
}

/** Attaches every signed statement to the images of this registry that it is about. */
export async function attachSigned(
  { client, registry }: Pick<OpenStore, "client" | "registry">,
  files: Files,
): Promise<void> {
  const statements = [...files].flatMap(([path, content]) => {
    const envelope = isStatement(path) ? readEnvelope(content) : null
    if (envelope === null || envelope.signatures.length === 0) return []
    const { predicateType, subject } = subjectsIn(payloadOf(envelope))
    const bundles = bundled.includes(predicateType) ? bundlesOf(envelope) : []
    return [{ text: new TextDecoder().decode(content), predicateType, subject, bundles }]
  })
  const all = new Map(
    statements.flatMap(({ subject }) =>
      subject.map((one) => [`${one.name}@${one.digest.sha256}`, one] as const),
    ),
  )
  for (const one of all.values()) {
    const image = `sha256:${one.digest.sha256}`
    if (!one.name.startsWith(`${registry}/`) || !isDigest(image)) continue
    const repository = one.name.slice(registry.length + 1)
    const about = statements.filter(({ subject }) => subject.some((other) => isSame(other, one)))
    await attachStatements(client, { registry, repository, image }, about)
  }
}

function isSame(a: Subject, b: Subject): boolean {
  return a.name === b.name && a.digest.sha256 === b.digest.sha256
}
