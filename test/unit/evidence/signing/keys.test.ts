import { createHash, createPublicKey, generateKeyPairSync } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { newKeyPair } from "../../../../src/evidence/signing/key-pair.ts"
import { readSigningKey } from "../../../../src/evidence/signing/private-key.ts"
import { signed } from "../../../../src/evidence/signing/sign.ts"
import { readPublicKey, signerOf, unsignedEnvelope } from "../../../../src/evidence/statements/index.ts"
import { cosignKeyFile } from "./support.ts"

const recorded: { password: string; publicKey: string; encrypted: readonly object[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../recorded/signing/cosign-key.json"), "utf8"),
)

describe("a key file of cosign", () => {
  test.each([
    ["ENCRYPTED SIGSTORE PRIVATE KEY", 0],
    ["ENCRYPTED COSIGN PRIVATE KEY", 1],
  ] as const)("%s is used as it is", async (label, index) => {
    const key = await readSigningKey(cosignKeyFile(label, recorded.encrypted[index] ?? {}), recorded.password)
    const publicKey = readPublicKey({ name: "cosign.pub", publicKey: recorded.publicKey })
    expect(key).toMatchObject({ algorithm: "ecdsa-p256", publicKey: { id: publicKey.id } })
    expect(signerOf(signed(unsignedEnvelope("{}"), key), [publicKey])).toBe(publicKey)
  })

  const file = cosignKeyFile("ENCRYPTED SIGSTORE PRIVATE KEY", recorded.encrypted[0] ?? {})

  test.each([
    ["another password", file, "wrong"],
    ["no password", file, undefined],
    ["content that is cut short", file.replace(/\n[^\n-]+\n-----END/, "\n-----END"), recorded.password],
    [
      "a cost that takes all memory",
      cosignKeyFile("ENCRYPTED SIGSTORE PRIVATE KEY", {
        ...recorded.encrypted[0],
        kdf: { name: "scrypt", params: { N: 2 ** 30, r: 8, p: 1 }, salt: "AAAA" },
      }),
      recorded.password,
    ],
  ])("with %s is refused, and no error quotes it", async (_, pem, password) => {
    const error = await readSigningKey(pem, password).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: "USAGE", exitCode: 13 })
    const body = pem.split("\n")[1] ?? ""
    expect(`${error} ${JSON.stringify(error)}`).not.toContain(body.slice(0, 20))
    expect(`${error}`).not.toContain("wrong")
  })
})

describe.each(["ed25519", "ecdsa-p256"] as const)("a new pair of %s", (algorithm) => {
  test("is read back, and its id is the SHA-256 of the public key's DER form", async () => {
    const pair = newKeyPair(algorithm)
    const der = createPublicKey(pair.publicKey).export({ type: "spki", format: "der" })
    expect(pair.id).toBe(`sha256:${createHash("sha256").update(der).digest("hex")}`)
    expect(await readSigningKey(pair.privateKey)).toMatchObject({ algorithm, publicKey: { id: pair.id } })
    expect(readPublicKey({ name: "x", publicKey: pair.publicKey })).toMatchObject({ algorithm, id: pair.id })
  })

  test("with a password is of no use without it", async () => {
    const pair = newKeyPair(algorithm, "a password")
    expect(await readSigningKey(pair.privateKey, "a password")).toMatchObject({ publicKey: { id: pair.id } })
    for (const password of ["another", undefined])
      await expect(readSigningKey(pair.privateKey, password)).rejects.toMatchObject({ code: "USAGE" })
  })
})

describe("a key that is not supported", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const p384 = generateKeyPairSync("ec", { namedCurve: "secp384r1" })

  test.each([
    ["RSA", rsa],
    ["P-384", p384],
  ] as const)("%s: refused as a private and as a public key", async (_, { privateKey, publicKey }) => {
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString()
    await expect(readSigningKey(pem)).rejects.toMatchObject({ code: "USAGE" })
    const named = { name: "x", publicKey: publicKey.export({ type: "spki", format: "pem" }).toString() }
    expect(() => readPublicKey(named)).toThrow(/CONFIG_INVALID/)
  })

  test("sibling of V05: a private key in the place of a public one is refused, and not quoted", () => {
    const { privateKey } = newKeyPair("ed25519")
    expect(() => readPublicKey({ name: "x", publicKey: privateKey })).toThrow(/it is no PEM PUBLIC KEY/)
  })
})
