import { createPublicKey } from "node:crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { canonicalJson } from "../../../../src/domain/index.ts"
import { newKeyPair } from "../../../../src/evidence/signing/key-pair.ts"
import { readSigningKey } from "../../../../src/evidence/signing/private-key.ts"
import { signed } from "../../../../src/evidence/signing/sign.ts"
import {
  type Envelope,
  envelopeSchema,
  preAuthenticationEncoding,
  readPublicKey,
  signerOf,
  unsignedEnvelope,
} from "../../../../src/evidence/statements/index.ts"
import { signatureAlgorithms } from "../../../../src/evidence/statements/public-key.ts"

const hex = (text: string) => Buffer.from(text, "hex")

/** A public key of RFC 8032, section 7.1, as the DSSE project's testvectors/vectors.json trusts it. */
const ed25519 = (name: string, x: string) =>
  readPublicKey({
    name,
    publicKey: createPublicKey({
      key: { kty: "OKP", crv: "Ed25519", x: hex(x).toString("base64url") },
      format: "jwk",
    })
      .export({ type: "spki", format: "pem" })
      .toString(),
  })
const keyA = ed25519("A", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
const keyB = ed25519("B", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")

/** The vector `single-signature` of testvectors/vectors.json (repository secure-systems-lab/dsse). */
const singleSignature: Envelope = {
  payload: "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==",
  payloadType: "application/vnd.in-toto+json",
  signatures: [
    {
      sig: "2WAfaHm5jluo0w+0rk8uVkluELJYWjSmU9x7EUzx+AyteDGJ4/nqyJXfmAUVFIAoQafWm7AxBZNw5M9ixNHiCA==",
      keyid: "A",
    },
  ],
}

const text = (type: string, payload: string) =>
  Buffer.from(preAuthenticationEncoding(type, Buffer.from(payload))).toString("utf8")

describe("the bytes that are signed", () => {
  test("are those of the DSSE specification's example (protocol.md, Test Vectors)", () => {
    expect(text("http://example.com/HelloWorld", "hello world")).toBe(
      "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
    )
  })

  test("count bytes, not characters, and end with a space for an empty payload", () => {
    // Vectors non-ascii-payload-type and empty-payload.
    expect(text("application/vnd.exämple+json", '{"_type":"https://in-toto.io/Statement/v1"}')).toBe(
      'DSSEv1 29 application/vnd.exämple+json 43 {"_type":"https://in-toto.io/Statement/v1"}',
    )
    expect(text("application/vnd.in-toto+json", "")).toBe("DSSEv1 28 application/vnd.in-toto+json 0 ")
  })
})

describe("an envelope", () => {
  test("of the DSSE project's vectors is signed by the key that signed it, and by no other", () => {
    expect(signerOf(singleSignature, [keyB, keyA])?.name).toBe("A")
    expect(signerOf(singleSignature, [keyB])).toBeUndefined()
  })

  test("is not believed for its key ids, and needs none", () => {
    const { sig } = singleSignature.signatures[0] ?? { sig: "" }
    expect(signerOf({ ...singleSignature, signatures: [{ sig }] }, [keyA])?.name).toBe("A")
    expect(signerOf({ ...singleSignature, signatures: [{ sig, keyid: "B" }] }, [keyB])).toBeUndefined()
  })

  test("in the URL-safe alphabet is read, too (vector url-safe-base64)", () => {
    const envelope = {
      payload: "-_-_Pj8=",
      payloadType: "application/vnd.in-toto+json",
      signatures: [
        {
          sig: "P-_KHICeR7tI6S_YyejJTRtrXhcQyQ2LYPaL8h90KjC9qN8HU_svOQ6TuDOT1HIrsGW886DbWNWcCmX5twLrAw==",
        },
      ],
    }
    expect(signerOf(envelopeSchema.parse(envelope), [keyA])?.name).toBe("A")
  })

  test("of another payload type is refused, also where its signature is right (payload-type-swapped)", () => {
    expect(
      signerOf({ ...singleSignature, payloadType: "application/vnd.example.other+json" }, [keyA]),
    ).toBeUndefined()
  })

  test("signed by ECDSA in the form of the specification's example is read, too", () => {
    // protocol.md: the signature there is the pair of numbers; the payload type is not one that we use.
    const coordinate = (decimal: string) =>
      hex(BigInt(decimal).toString(16).padStart(64, "0")).toString("base64url")
    const key = createPublicKey({
      key: {
        ...{ kty: "EC", crv: "P-256" },
        x: coordinate("46950820868899156662930047687818585632848591499744589407958293238635476079160"),
        y: coordinate("5640078356564379163099075877009565129882514886557779369047442380624545832820"),
      },
      format: "jwk",
    })
    const publicKey = readPublicKey({
      name: "example",
      publicKey: key.export({ type: "spki", format: "pem" }).toString(),
    })
    const sig = "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
    const example = {
      payload: "aGVsbG8gd29ybGQ=",
      payloadType: "http://example.com/HelloWorld",
      signatures: [{ sig }],
    }
    expect(signerOf(example, [publicKey], "http://example.com/HelloWorld")?.name).toBe("example")
    expect(signerOf(example, [publicKey])).toBeUndefined()
  })
})

describe.each(signatureAlgorithms)("a signature by %s", (algorithm) => {
  const pair = newKeyPair(algorithm)
  const key = readPublicKey({ name: "own", publicKey: pair.publicKey })

  test("V05 is refused for any changed byte of payload, type or signature", async () => {
    const signingKey = await readSigningKey(pair.privateKey)
    const envelope = signed(unsignedEnvelope(canonicalJson({ a: [1, "é"] })), signingKey)
    expect(signerOf(envelope, [key])).toBe(key)
    // A key id in another form than its own makes cosign pass over its key.
    expect(envelope.signatures[0]).not.toHaveProperty("keyid")
    const { payload, payloadType, signatures } = envelope
    const sig = signatures[0]?.sig ?? ""
    const flipped = (base64: string, at: number, bit: number) => {
      const bytes = Buffer.from(base64, "base64")
      const index = at % bytes.length
      bytes[index] = (bytes[index] ?? 0) ^ (1 << bit)
      return bytes.toString("base64")
    }
    const place = [fc.nat(500), fc.integer({ min: 0, max: 7 })] as const
    fc.assert(
      fc.property(...place, fc.constantFrom("payload", "sig", "type"), (at, bit, what) => {
        const type = Buffer.from(flipped(Buffer.from(payloadType).toString("base64"), at, bit), "base64")
        const changed: Envelope = {
          payload: what === "payload" ? flipped(payload, at, bit) : payload,
          payloadType: what === "type" ? type.toString("latin1") : payloadType,
          signatures: [{ sig: what === "sig" ? flipped(sig, at, bit) : sig }],
        }
        return signerOf(changed, [key]) === undefined
      }),
      { numRuns: 300 },
    )
  })

  test("sibling of V05: a signature that is cut short, empty or not base64 is refused, and never an error", async () => {
    const envelope = signed(unsignedEnvelope("{}"), await readSigningKey(pair.privateKey))
    const sig = envelope.signatures[0]?.sig ?? ""
    for (const one of [
      "",
      "AA==",
      Buffer.from(sig, "base64").subarray(1).toString("base64"),
      `${sig}`.repeat(2),
    ])
      expect(signerOf({ ...envelope, signatures: [{ sig: one }] }, [key])).toBeUndefined()
    expect(envelopeSchema.safeParse({ ...envelope, signatures: [{ sig: "not base64!" }] }).success).toBe(
      false,
    )
  })
})
