import { describe, expect, test } from "vitest"
import { sha256 } from "../../../src/domain/index.ts"
import { RegistryClient } from "../../../src/evidence/registry/client.ts"
import { emptyDescriptor, manifestText } from "../../../src/evidence/registry/manifest.ts"
import { attachStatements } from "../../../src/evidence/registry/referrers.ts"
import { memoryRegistry } from "./support/memory-registry.ts"

const statement = (text: string) => ({ text, predicateType: `urn:test:${text}` })
const text = manifestText("application/test", emptyDescriptor, [], {})
const image = sha256(text)
const tag = image.replace(":", "-")

async function withImage(api: "referrers" | "tags") {
  const registry = await memoryRegistry(api)
  const client = new RegistryClient(registry.host, { insecure: true })
  const place = { registry: registry.host, repository: "shop/web" }
  await client.putManifest({ ...place, reference: "v1.0.0" }, text)
  return {
    registry,
    client,
    place,
    attach: (name: string) => attachStatements(client, { ...place, image }, [statement(name)]),
  }
}

describe("statements about an image", () => {
  test("are listed under a tag where the registry has no referrers API, each once", async () => {
    const { registry, client, place, attach } = await withImage("tags")
    for (const name of ["one", "two", "one"]) await attach(name)
    expect(await client.referrersIndex({ ...place, reference: tag })).toHaveLength(2)
    const found = await client.manifest({ ...place, reference: `${tag}.att` })
    expect(found?.manifest.layers.map(({ annotations }) => annotations?.predicateType)).toEqual([
      "urn:test:one",
      "urn:test:two",
    ])
    await registry[Symbol.asyncDispose]()
  })

  test("are listed by the registry itself where it says so", async () => {
    const { registry, client, place, attach } = await withImage("referrers")
    await attach("one")
    expect(await client.referrersIndex({ ...place, reference: tag })).toBeUndefined()
    expect((await client.manifest({ ...place, reference: `${tag}.att` }))?.manifest.layers).toHaveLength(1)
    await registry[Symbol.asyncDispose]()
  })

  test("all stay in the list where another call overwrites it meanwhile", async () => {
    const { registry, client, place, attach } = await withImage("tags")
    await attach("one")
    const ref = { ...place, reference: tag }
    const before = await client.referrersIndex(ref)
    const putManifest = client.putManifest.bind(client)
    let overwritten = 0
    // Another call, which had read the list before, writes its own right after ours: twice.
    client.putManifest = async (...args: Parameters<typeof putManifest>) => {
      const digest = await putManifest(...args)
      if (args[0].reference === tag && overwritten < 2) {
        overwritten += 1
        const { referrersText, indexMediaTypes } = await import("../../../src/evidence/registry/manifest.ts")
        await putManifest(ref, referrersText(before ?? []), indexMediaTypes[0])
      }
      return digest
    }
    await attach("two")
    expect(overwritten).toBe(2)
    expect(await client.referrersIndex(ref)).toHaveLength(2)
    await registry[Symbol.asyncDispose]()
  })

  test("about an image that is not in the registry are refused", async () => {
    const { registry, client, place } = await withImage("tags")
    await expect(
      attachStatements(client, { ...place, image: sha256("another") }, [statement("one")]),
    ).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" })
    await registry[Symbol.asyncDispose]()
  })
})
