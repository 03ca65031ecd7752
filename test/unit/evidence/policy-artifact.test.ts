/** A shared policy in a registry: what was published, or nothing. */
import { existsSync, readFileSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { interpretExit } from "../../../src/call/index.ts"
import { parseJson } from "../../../src/call/json.ts"
import { type Digest, sha256 } from "../../../src/domain/index.ts"
import { answers } from "../../../src/evidence/index.ts"
import { maxPolicyBytes, pullPolicy, pushPolicy } from "../../../src/evidence/policy/artifact.ts"
import { main } from "../../../src/evidence/policy/main.ts"
import { RegistryClient } from "../../../src/evidence/registry/client.ts"
import { indexMediaTypes } from "../../../src/evidence/registry/manifest.ts"
import { type MemoryRegistry, memoryRegistry } from "./support/memory-registry.ts"
import { here, started } from "./support/run-program.ts"

const policy = "schemaVersion: 1\ngates: {}\n"
const types = {
  artifact: "application/vnd.signalbox.policy.v1",
  layer: "application/vnd.signalbox.policy.v1+yaml",
}
const empty = { mediaType: "application/vnd.oci.empty.v1+json", digest: sha256("{}"), size: 2 }

let registry: MemoryRegistry
let client: RegistryClient
let place: { readonly registry: string; readonly repository: string }
beforeEach(async () => {
  registry = await memoryRegistry()
  client = new RegistryClient(registry.host, { insecure: true, retries: 0, maxBytes: 2 * maxPolicyBytes })
  place = { registry: registry.host, repository: "platform/policy" }
})
afterEach(() => registry[Symbol.asyncDispose]())

/** Stores an artifact of any kind, and returns its digest. */
async function stored(
  layers: readonly { readonly text: string | Uint8Array; readonly type?: string; readonly size?: number }[],
  artifactType: string | undefined = types.artifact,
): Promise<Digest> {
  const descriptors = []
  for (const { text, type = types.layer, size } of layers) {
    const content = Buffer.from(text)
    const digest = await client.putBlob(place.repository, content)
    descriptors.push({ mediaType: type, digest, size: size ?? content.length })
  }
  const mediaType = "application/vnd.oci.image.manifest.v1+json"
  const manifest = { schemaVersion: 2, mediaType, artifactType, config: empty, layers: descriptors }
  return client.putManifest({ ...place, reference: "any" }, JSON.stringify(manifest))
}

describe("a published policy", () => {
  test("is read by its digest, which is the same when it is published again", async () => {
    const first = await pushPolicy(client, place, Buffer.from(policy), "7")
    expect(await pullPolicy(client, place, first)).toBe(policy)
    expect(await pushPolicy(client, place, Buffer.from(policy), "8")).toBe(first)
    expect(await pushPolicy(client, place, Buffer.from(policy))).toBe(first)
    expect(await pushPolicy(client, place, Buffer.from(`${policy}# more\n`), "7")).not.toBe(first)
    expect(await pullPolicy(client, place, first)).toBe(policy)
    // The tag 7 is of another one now; a registry that deletes what has no tag leaves the first where it is.
    expect([...(await client.tags(place.repository))].sort()).toEqual(
      expect.arrayContaining(["7", "8", first.replace("sha256:", "policy-")]),
    )
  })

  test("is one layer of a type of its own", async () => {
    const digest = await pushPolicy(client, place, Buffer.from(policy))
    const found = await client.manifest({ ...place, reference: digest })
    expect(found?.manifest).toMatchObject({
      artifactType: types.artifact,
      config: empty,
      layers: [{ mediaType: types.layer, digest: sha256(policy), size: policy.length }],
    })
  })

  test.each<[string, Uint8Array]>([
    ["too large", Buffer.alloc(maxPolicyBytes + 1, "x")],
    ["no UTF-8", Buffer.from([0xc3, 0x28])],
  ])("is not stored where the file is %s", async (_, content) => {
    await expect(pushPolicy(client, place, content)).rejects.toMatchObject({ code: "CONFIG_INVALID" })
    expect(registry.seen).toEqual([])
  })
})

describe("anything else under the name is refused", () => {
  test.each<[string, () => Promise<Digest>, string, RegExp]>([
    ["nothing", async () => sha256("nothing"), "REGISTRY_UNREACHABLE", /has no such policy/],
    [
      "another artifact",
      () => stored([{ text: policy }], "application/vnd.signalbox.releases.v1"),
      "CONFIG_INVALID",
      /its artifactType is application\/vnd\.signalbox\.releases\.v1/,
    ],
    [
      "an image",
      () => stored([{ text: policy, type: "application/vnd.oci.image.layer.v1.tar+gzip" }], ""),
      "CONFIG_INVALID",
      /artifactType/,
    ],
    [
      "a layer of another type",
      () => stored([{ text: policy, type: "application/yaml" }]),
      "CONFIG_INVALID",
      /its layer is application\/yaml/,
    ],
    ["two layers", () => stored([{ text: policy }, { text: "b" }]), "CONFIG_INVALID", /it has 2 layers/],
    ["no layer", () => stored([]), "CONFIG_INVALID", /it has 0 layers/],
    [
      "a layer of 10 MB",
      () => stored([{ text: "x".repeat(10 * 1024 * 1024) }]),
      "CONFIG_INVALID",
      /it has 10485760 bytes, and a policy at most 262144/,
    ],
    [
      "a layer of 10 MB that says that it is small",
      () => stored([{ text: "x".repeat(10 * 1024 * 1024), size: 30 }]),
      "OUTPUT_UNREADABLE",
      /larger than 524288 bytes/,
    ],
    [
      "a layer of another size than its manifest says",
      () => stored([{ text: policy, size: policy.length + 1 }]),
      "STATE_DAMAGED",
      /another size/,
    ],
    ["no UTF-8", () => stored([{ text: new Uint8Array([0xc3, 0x28]) }]), "CONFIG_INVALID", /not UTF-8/],
    [
      "no manifest",
      () => client.putManifest({ ...place, reference: "any" }, "<html>"),
      "OUTPUT_UNREADABLE",
      /not what the distribution API defines/,
    ],
  ])("%s", async (_, put, code, message) => {
    const found = pullPolicy(client, place, await put())
    await expect(found).rejects.toMatchObject({ code })
    await expect(found).rejects.toThrow(message)
  })

  test("another manifest than the digest names", async () => {
    const path = `http://${registry.host}/v2/platform/policy/manifests`
    const digest = await pushPolicy(client, place, Buffer.from(policy))
    const other = await stored([{ text: "schemaVersion: 1\n" }])
    const text = await (await fetch(`${path}/${other}`)).text()
    await fetch(`${path}/${digest}`, { method: "PUT", body: text })
    await expect(pullPolicy(client, place, digest)).rejects.toMatchObject({ code: "STATE_DAMAGED" })
  })

  test("another file than the manifest names", async () => {
    const digest = await pushPolicy(client, place, Buffer.from(policy))
    const upload = `http://${registry.host}/v2/upload?digest=${sha256(policy)}`
    await fetch(upload, { method: "PUT", body: policy.replace("{}", "[]") })
    await expect(pullPolicy(client, place, digest)).rejects.toMatchObject({ code: "STATE_DAMAGED" })
  })
})

describe("the policy program", () => {
  const path = join(import.meta.dirname, "../../../src/evidence/policy/main.ts")
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "policy-"))
    await writeFile(join(directory, "policy.yaml"), policy)
    await writeFile(join(directory, "token"), "s3cret-token\n")
  })
  afterEach(() => rm(directory, { recursive: true }))

  /** @param isStarted as a process of its own. */
  async function run(command: readonly string[], host = registry.host, isStarted = false) {
    const out = await mkdtemp(join(directory, "out-"))
    const where = ["--registry", host, "--repository", "platform/policy", "--insecure", "--out", out]
    const line = [...command, ...where]
    const ran = isStarted ? await started(path, line) : await here(main, line)
    const file = join(out, "error.json")
    const error = existsSync(file) ? readFileSync(file, "utf8") : null
    const end = await interpretExit({ name: "it", where: "here", next: "again" }, ran.code, { ...ran, error })
    const answer = join(out, "answer.json")
    return { ...end, answer: existsSync(answer) ? readFileSync(answer, "utf8") : null }
  }

  test("stores a policy, and gives it back", async () => {
    const pushed = await run(
      ["push", "--file", join(directory, "policy.yaml"), "--tag", "7"],
      registry.host,
      true,
    )
    expect(pushed.error).toBeNull()
    const { digest } = parseJson(pushed.answer ?? "", answers.policyPush, "answer.json")
    const pulled = await run(["pull", "--digest", digest])
    expect(parseJson(pulled.answer ?? "", answers.policyPull, "answer.json")).toEqual({ text: policy })
  })

  test("sibling of V27: answers what its tag pointed at before, an image of several platforms too", async () => {
    const file = join(directory, "policy.yaml")
    const push = async () => {
      const { answer } = await run(["push", "--file", file, "--tag", "7"])
      return parseJson(answer ?? "", answers.policyPush, "answer.json")
    }
    const first = await push()
    expect(first.before).toBeNull()
    expect(await push()).toEqual({ digest: first.digest, before: first.digest })
    await writeFile(file, `${policy}# more\n`)
    const second = await push()
    expect(second).toEqual({ digest: expect.not.stringMatching(first.digest), before: first.digest })
    const index = JSON.stringify({ schemaVersion: 2, mediaType: indexMediaTypes[0], manifests: [] })
    const other = await client.putManifest({ ...place, reference: "7" }, index, indexMediaTypes[0])
    expect(await push()).toEqual({ digest: second.digest, before: other })
  })

  test("has no answer where the registry is not there, and ends with its code", async () => {
    const away = await run(["pull", "--digest", sha256(policy)], "127.0.0.1:9")
    expect(away).toMatchObject({ exitCode: 11, answer: null, error: { code: "REGISTRY_UNREACHABLE" } })
  })

  test("reads as anybody where the token is empty: CI has none for the code of a fork", async () => {
    await writeFile(join(directory, "token"), "\n")
    const digest = await pushPolicy(client, place, Buffer.from(policy))
    await using guarded = await publicRegistry(registry.host)
    const token = ["--user", "me", "--password-file", join(directory, "token")]
    const pulled = await run(["pull", "--digest", digest, ...token], guarded.host)
    expect(pulled.error).toBeNull()
    await writeFile(join(directory, "token"), "wrong\n")
    const refused = await run(["pull", "--digest", digest, ...token], guarded.host)
    expect(refused.error?.code).toBe("REGISTRY_UNREACHABLE")
  })

  test("quotes no token in what it says", async () => {
    const token = ["--user", "me", "--password-file", join(directory, "token")]
    const refused = await run(["pull", "--digest", sha256(policy), ...token])
    expect(refused.error?.code).toBe("REGISTRY_UNREACHABLE")
    expect(refused.stdout + refused.stderr + JSON.stringify(refused.error)).not.toContain("s3cret-token")
  })
})

/** A registry in front of another one: it gives tokens to anybody, and none to who signs in with anything. */
async function publicRegistry(behind: string): Promise<AsyncDisposable & { readonly host: string }> {
  const server = createServer(async ({ url = "", headers: { host, authorization } }, response) => {
    if (url.startsWith("/token"))
      return response.writeHead(authorization === undefined ? 200 : 401).end(JSON.stringify({ token: "any" }))
    if (authorization !== "Bearer any")
      return response.writeHead(401, { "www-authenticate": `Bearer realm="http://${host}/token"` }).end()
    const answer = await fetch(`http://${behind}${url}`)
    return response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return {
    host: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
