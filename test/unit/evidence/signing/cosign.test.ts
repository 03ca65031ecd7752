/** What cosign itself has written: it is read, and what is written here has its form. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { z } from "zod"
import { sha256 } from "../../../../src/domain/index.ts"
import { bundlesOf } from "../../../../src/evidence/registry/bundle.ts"
import { RegistryClient } from "../../../../src/evidence/registry/client.ts"
import { emptyDescriptor, manifestText } from "../../../../src/evidence/registry/manifest.ts"
import { attachStatements } from "../../../../src/evidence/registry/referrers.ts"
import { readSigningKey } from "../../../../src/evidence/signing/private-key.ts"
import { signed } from "../../../../src/evidence/signing/sign.ts"
import {
  type Envelope,
  envelopeSchema,
  payloadOf,
  readPublicKey,
  signerOf,
  unsignedEnvelope,
} from "../../../../src/evidence/statements/index.ts"
import { memoryRegistry } from "../support/memory-registry.ts"
import { cosignKeyFile, signer } from "./support.ts"

const manifest = z.looseObject({
  artifactType: z.string().optional(),
  config: z.looseObject({ mediaType: z.string() }),
  layers: z.array(
    z.looseObject({ mediaType: z.string(), annotations: z.record(z.string(), z.string()).optional() }),
  ),
  annotations: z.record(z.string(), z.string()).optional(),
})
const recorded = z
  .object({
    ...{ password: z.string(), keyFile: z.string(), encrypted: z.looseObject({}), publicKey: z.string() },
    tag: z.object({ manifest, layer: z.string() }),
    bundle: z.object({ listed: z.object({ artifactType: z.string() }), manifest, layer: z.string() }),
  })
  .parse(
    JSON.parse(
      readFileSync(join(import.meta.dirname, "../../../recorded/signing/cosign-attest.json"), "utf8"),
    ),
  )

const file = cosignKeyFile("ENCRYPTED SIGSTORE PRIVATE KEY", recorded.encrypted)
const trusted = readPublicKey({ name: "cosign.pub", publicKey: recorded.publicKey })
const bundleSchema = z.object({ dsseEnvelope: envelopeSchema })

test("the key file that cosign generated is used as it is", async () => {
  expect(sha256(file)).toBe(recorded.keyFile)
  const key = await readSigningKey(file, recorded.password)
  expect(key.publicKey.id).toBe(trusted.id)
  expect(signerOf(signed(unsignedEnvelope("{}"), key), [trusted])).toBe(trusted)
})

describe.each([
  ["under its tag", envelopeSchema.parse(JSON.parse(recorded.tag.layer))],
  ["in a bundle", bundleSchema.parse(JSON.parse(recorded.bundle.layer)).dsseEnvelope],
])("an attestation of cosign's %s", (_, envelope: Envelope) => {
  test("is accepted by its key, and by no other", async () => {
    const other = await signer("another")
    expect(signerOf(envelope, [other.trusted, trusted])).toBe(trusted)
    expect(signerOf(envelope, [other.trusted])).toBeUndefined()
  })

  test("is refused when one character of it was changed", () => {
    const text = new TextDecoder().decode(payloadOf(envelope)).replace("world", "earth")
    const changed = { ...envelope, payload: Buffer.from(text).toString("base64") }
    expect(changed.payload).not.toBe(envelope.payload)
    expect(signerOf(changed, [trusted])).toBeUndefined()
  })
})

describe("what is attached here", () => {
  /** The two manifests about an image to which one statement was attached. */
  async function attached() {
    const registry = await memoryRegistry()
    const client = new RegistryClient(registry.host, { insecure: true })
    const place = { registry: registry.host, repository: "shop/web" }
    const text = manifestText("application/test", emptyDescriptor, [], {})
    await client.putManifest({ ...place, reference: "v1" }, text)
    const envelope = signed(unsignedEnvelope("{}"), (await signer("release")).key)
    const statement = { text: JSON.stringify(envelope), predicateType: "urn:test:predicate" }
    const bundles = bundlesOf(envelope)
    await attachStatements(client, { ...place, image: sha256(text) }, [{ ...statement, bundles }])
    const tag = sha256(text).replace(":", "-")
    const listed = await client.referrersIndex({ ...place, reference: tag })
    const bundle = listed?.find(({ artifactType }) => artifactType === recorded.bundle.listed.artifactType)
    const read = async (reference = "") => (await client.manifest({ ...place, reference }))?.manifest
    const found = {
      tag: await read(`${tag}.att`),
      bundle: await read(bundle?.digest),
      text: bundles[0] ?? "",
    }
    await registry[Symbol.asyncDispose]()
    return found
  }

  test("has under cosign's tag the media type and the annotations that cosign gives its own", async () => {
    const { tag } = await attached()
    const form = (one: z.infer<typeof manifest> | undefined) =>
      one?.layers.map(({ mediaType, annotations }) => ({ mediaType, annotations }))
    expect(form(tag && manifest.parse(tag))).toEqual(form(recorded.tag.manifest))
  })

  test("is a bundle of the form that cosign gives its own: it is dated and hints at the key besides", async () => {
    const { bundle, text } = await attached()
    const { annotations: _date, ...others } = recorded.bundle.manifest
    const { "org.opencontainers.image.created": _created, ...annotations } = _date ?? {}
    expect(bundle).toMatchObject({
      artifactType: others.artifactType,
      config: { mediaType: others.config.mediaType },
      layers: [{ mediaType: others.layers[0]?.mediaType }],
      annotations,
    })
    expect(formOf(JSON.parse(text))).toEqual(formOf(JSON.parse(recorded.bundle.layer)))
  })
})

/** The names in a document, and the media type, which is all that is not one call's own. */
function formOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(formOf)
  if (typeof value !== "object" || value === null) return typeof value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, name === "mediaType" ? one : formOf(one)]),
  )
}
