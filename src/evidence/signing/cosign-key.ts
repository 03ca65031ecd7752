import { createPrivateKey, type KeyObject, scrypt } from "node:crypto"
import { promisify } from "node:util"
import { z } from "zod"
import { unusable } from "./unusable.ts"

/** What is in a key file of cosign: a PKCS8 key in NaCl's secretbox, whose key is derived from a password. */
const encryptedSchema = z.object({
  kdf: z.object({
    name: z.literal("scrypt"),
    // The limits keep a crafted file from taking all memory; cosign writes 65536 or 32768, 8 and 1.
    params: z.object({
      N: z
        .int()
        .min(2)
        .max(1 << 20),
      r: z.int().min(1).max(16),
      p: z.int().min(1).max(16),
    }),
    salt: z.base64(),
  }),
  cipher: z.object({ name: z.literal("nacl/secretbox"), nonce: z.base64() }),
  ciphertext: z.base64(),
})

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
)

/** Reads a key file of cosign (`ENCRYPTED SIGSTORE PRIVATE KEY`, earlier `ENCRYPTED COSIGN PRIVATE KEY`). @throws USAGE */
export async function readCosignKey(pem: string, password: string): Promise<KeyObject> {
  const { kdf, cipher, ciphertext } = contentOf(pem)
  const { N, r, p } = kdf.params
  const secret = await derive(password, bytes(kdf.salt), 32, { N, r, p, maxmem: 256 * N * r + (1 << 20) })
  const { secretbox } = await import("@noble/ciphers/salsa.js")
  try {
    const der = secretbox(secret, bytes(cipher.nonce)).open(bytes(ciphertext))
    return createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" })
  } catch {
    throw unusable("the password of this cosign key is another one, or the file is damaged")
  }
}

function contentOf(pem: string): z.output<typeof encryptedSchema> {
  const body = /-----BEGIN [A-Z ]+-----([\s\S]*?)-----END [A-Z ]+-----/.exec(pem)?.[1] ?? ""
  try {
    return encryptedSchema.parse(JSON.parse(bytes(body).toString("utf8")))
  } catch {
    throw unusable("the content of this cosign key file cannot be read")
  }
}

const bytes = (base64: string): Buffer => Buffer.from(base64, "base64")
