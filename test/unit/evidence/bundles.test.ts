/** Signed statements in the form in which cosign 3 looks for attestations. */
import { describe, expect, test } from "vitest"
import { type Digest, type ReleaseRecord, recordDigest, sha256 } from "../../../src/domain/index.ts"
import { bundlesOf } from "../../../src/evidence/registry/bundle.ts"
import { RegistryClient } from "../../../src/evidence/registry/client.ts"
import { emptyDescriptor, manifestText } from "../../../src/evidence/registry/manifest.ts"
import { signed } from "../../../src/evidence/signing/sign.ts"
import {
  releaseStatement,
  signerOf,
  unsignedEnvelope,
  type VerificationClaim,
  verificationStatement,
} from "../../../src/evidence/statements/index.ts"
import { provenanceStatement } from "../../../src/evidence/statements/provenance.ts"
import { attachSigned } from "../../../src/evidence/store/signed-put.ts"
import { recordOf, signer } from "./signing/support.ts"
import { memoryRegistry } from "./support/memory-registry.ts"

const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"
const image = manifestText("application/test", emptyDescriptor, [], {})

/** A registry with one image, and a record of it. */
async function released() {
  const registry = await memoryRegistry()
  const client = new RegistryClient(registry.host, { insecure: true })
  const place = { registry: registry.host, repository: "shop/web" }
  await client.putManifest({ ...place, reference: "v1.0.0" }, image)
  const record = recordOf({
    images: [
      {
        ...{ component: "web", repository: `${registry.host}/shop/web`, digest: sha256(image) },
        ...{ platform: "linux/amd64", bytes: 10 },
      },
    ],
  })
  return { registry, client, place, record }
}

type Released = Awaited<ReturnType<typeof released>>

async function attach({ client, registry }: Released, statements: Readonly<Record<string, string>>) {
  const { key, trusted } = await signer("release")
  const files = Object.entries(statements).map(
    ([name, text]) =>
      [`statements/${name}.json`, Buffer.from(JSON.stringify(signed(unsignedEnvelope(text), key)))] as const,
  )
  await attachSigned({ client, registry: registry.host }, new Map(files))
  return trusted
}

/** Predicate type and text of every bundle that refers to the image. */
async function attachedBundles({ client, place }: Released) {
  const listed = await client.referrersIndex({ ...place, reference: sha256(image).replace(":", "-") })
  const bundles = (listed ?? []).filter(({ artifactType }) => artifactType === bundleType)
  return Promise.all(bundles.map(({ digest }) => bundleAt(client, place, digest as Digest)))
}

async function bundleAt(client: RegistryClient, place: Released["place"], reference: Digest) {
  const manifest = (await client.manifest({ ...place, reference }))?.manifest
  const [layer, ...more] = manifest?.layers ?? []
  expect(more).toEqual([])
  expect(layer?.mediaType).toBe(bundleType)
  const text = new TextDecoder().decode(await client.blob(place.repository, layer?.digest as Digest))
  return { predicateType: manifest?.annotations?.["dev.sigstore.bundle.predicateType"], text }
}

/** What a test that failed leaves. */
function failureOf(record: ReleaseRecord): VerificationClaim {
  const { version, chart } = record
  const other = sha256("other")
  return {
    ...{
      environment: "staging",
      cluster: "uid",
      operation: "3-abc",
      fence: 3,
      kind: "smoke",
      result: "failed",
    },
    release: {
      ...{ version, record: recordDigest(record), images: { web: sha256(image) } },
      ...{ chart: chart.digest, values: other, manifests: other },
    },
    ...{
      planHash: other,
      at: "2026-03-01T00:00:00Z",
      expires: "2026-03-08T00:00:00Z",
      by: "ci",
      approved: null,
    },
  }
}

const provenanceOf = (record: ReleaseRecord): string =>
  provenanceStatement(record, { id: "1", actor: null, started: record.created })

describe("a signed release", () => {
  test("V05 is attached as bundles: its record and its provenance, each signed", async () => {
    const one = await released()
    const { record } = one
    const statements = { release: releaseStatement(record), provenance: provenanceOf(record) }
    const trusted = await attach(one, statements)
    const bundles = await attachedBundles(one)
    expect(bundles.map(({ predicateType }) => predicateType).sort()).toEqual([
      "https://slsa.dev/provenance/v1",
      "urn:signalbox:release-record:v1",
    ])
    for (const { text } of bundles) {
      const { mediaType, dsseEnvelope } = JSON.parse(text)
      expect(mediaType).toBe(bundleType)
      expect(signerOf(dsseEnvelope, [trusted])).toBe(trusted)
    }
    await one.registry[Symbol.asyncDispose]()
  })

  test("is attached once, however often it is published", async () => {
    const one = await released()
    const { key } = await signer("release")
    const envelope = signed(unsignedEnvelope(releaseStatement(one.record)), key)
    const files = new Map([["statements/release.json", Buffer.from(JSON.stringify(envelope))]])
    for (const _ of [1, 2]) await attachSigned({ client: one.client, registry: one.registry.host }, files)
    expect(await attachedBundles(one)).toHaveLength(1)
    await one.registry[Symbol.asyncDispose]()
  })
})

// `cosign verify` asks a bundle who signed it and for which image, and not what it says.
test("sibling of V05: a signed failure is attached, and in no bundle, which would pass for a signature of the image", async () => {
  const one = await released()
  const claim = failureOf(one.record)
  await attach(one, { verification: verificationStatement(claim, { web: `${one.registry.host}/shop/web` }) })
  expect(await attachedBundles(one)).toEqual([])
  const tag = `${sha256(image).replace(":", "-")}.att`
  const attached = await one.client.manifest({ ...one.place, reference: tag })
  expect(attached?.manifest.layers.map(({ annotations }) => annotations?.predicateType)).toEqual([
    "urn:signalbox:verification:v1",
  ])
  await one.registry[Symbol.asyncDispose]()
})

test("an envelope with two signatures becomes two bundles: a verifier refuses one with both", async () => {
  const [first, second] = [await signer("first"), await signer("second")]
  const envelope = signed(signed(unsignedEnvelope("{}"), first.key), second.key)
  const bundles = bundlesOf(envelope).map((text) => JSON.parse(text).dsseEnvelope)
  expect(bundles.map(({ signatures }) => signatures.length)).toEqual([1, 1])
  expect(bundles.map((one) => signerOf(one, [first.trusted, second.trusted])?.name)).toEqual([
    "first",
    "second",
  ])
  expect(bundlesOf(unsignedEnvelope("{}"))).toEqual([])
})
