/** The programs that store evidence and push images, started and read as their caller does. */
import { existsSync, readFileSync } from "node:fs"
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { imageIndex } from "../../../src/build/archive/platforms.ts"
import { interpretExit } from "../../../src/call/index.ts"
import { parseJson } from "../../../src/call/json.ts"
import { sha256, treeDigest } from "../../../src/domain/index.ts"
import { main as imageMain } from "../../../src/evidence/image/main.ts"
import { answers } from "../../../src/evidence/index.ts"
import { RegistryClient } from "../../../src/evidence/registry/client.ts"
import { newKeyPair } from "../../../src/evidence/signing/key-pair.ts"
import {
  envelopeSchema,
  readPublicKey,
  releaseStatement,
  signerOf,
  unsignedEnvelope,
} from "../../../src/evidence/statements/index.ts"
import { main as storeMain } from "../../../src/evidence/store/main.ts"
import { RegistryStore } from "../../../src/evidence/store/registry-store.ts"
import { recordOf } from "./signing/support.ts"
import { type MemoryRegistry, memoryRegistry } from "./support/memory-registry.ts"
import { here, started } from "./support/run-program.ts"

const root = join(import.meta.dirname, "..", "..", "..")
const info = { name: "the program", where: "here", next: "call again" }

let registry: MemoryRegistry
let directory: string
beforeEach(async () => {
  registry = await memoryRegistry()
  directory = await mkdtemp(join(tmpdir(), "programs-"))
  await mkdir(join(directory, "in"))
})
afterEach(async () => {
  await registry[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

const mains = new Map([
  ["store/main.ts", storeMain],
  ["image/main.ts", imageMain],
])

/** Runs a program, and reads how it ended as runProgram does. @param isStarted as a process of its own. */
async function run(program: string, args: readonly string[], isStarted = false) {
  const out = await mkdtemp(join(directory, "out-"))
  const line = [...args, "--out", out]
  const main = isStarted ? undefined : mains.get(program)
  const ran = main ? await here(main, line) : await started(join(root, "src/evidence", program), line)
  const file = join(out, "error.json")
  const error = existsSync(file) ? readFileSync(file, "utf8") : null
  return { out, ...(await interpretExit(info, ran.code, { ...ran, error })) }
}

const answer = (out: string): string => readFileSync(join(out, "answer.json"), "utf8")

async function store(command: readonly string[], host = registry.host, isStarted = false) {
  const file = join(directory, "store.json")
  await writeFile(file, JSON.stringify({ registry: host, prefix: "shop", insecure: true }))
  return run("store/main.ts", [...command, "--store", file], isStarted)
}

const put = ["put", "--kind", "releases", "--key", "v1.0.0", "--in"]
const get = ["get", "--kind", "releases", "--key", "v1.0.0"]

/** Text of the image that the tests' release has; any manifest is one to the registry. */
const imageText = JSON.stringify({ schemaVersion: 2, config: {}, layers: [] })
const image = sha256(imageText)

/** A manifest of the image's repository, as the registry has it. */
async function manifestOf(reference: string) {
  const answer = await fetch(`http://${registry.host}/v2/shop/web/manifests/${reference}`)
  return JSON.parse(await answer.text())
}

/** The files of a release whose image is in the registry, and a key, encrypted by a password. */
async function releaseToSign() {
  const path = `http://${registry.host}/v2/shop/web/manifests/v1.0.0`
  await fetch(path, { method: "PUT", body: imageText })
  const web = { component: "web", repository: `${registry.host}/shop/web`, digest: image }
  const record = recordOf({ images: [{ ...web, platform: "linux/amd64", bytes: 1 }] })
  const files = join(directory, "in")
  await mkdir(join(files, "statements"))
  await writeFile(join(files, "record.json"), JSON.stringify(record))
  const envelope = unsignedEnvelope(releaseStatement(record))
  await writeFile(join(files, "statements", "release.json"), JSON.stringify(envelope))
  const pair = newKeyPair("ecdsa-p256", "a password")
  const key = join(directory, "signing-key")
  await writeFile(key, pair.privateKey)
  await writeFile(`${key}.password`, "a password\n")
  return { files, key, trusted: readPublicKey({ name: "ours", publicKey: pair.publicKey }) }
}

describe("the evidence store program", () => {
  test("returns from put the same files as from a later get, without links", async () => {
    const files = join(directory, "in")
    await mkdir(join(files, "gates"))
    await writeFile(join(files, "record.json"), "{}")
    await writeFile(join(files, "gates", "lint.json"), "1")
    await symlink("record.json", join(files, "link.json"))
    const written = await store([...put, files], registry.host, true)
    expect(written).toMatchObject({ exitCode: 0, error: null })
    const looks = registry.seen.length
    const stored = parseJson(answer(written.out), answers.put, "answer.json")
    expect(registry.seen).toHaveLength(looks)
    const found = await store(get)
    expect(parseJson(answer(found.out), answers.get, "answer.json")).toEqual({ found: true, ...stored })
    for (const { out } of [written, found]) {
      expect((await readdir(join(out, "files"), { recursive: true })).sort()).toEqual([
        "gates",
        "gates/lint.json",
        "record.json",
      ])
      expect(readFileSync(join(out, "files", "gates", "lint.json"), "utf8")).toBe("1")
    }
  })

  test("answers that there is no such evidence, which is not an error", async () => {
    const { out, exitCode } = await store(get)
    expect({ exitCode, answer: parseJson(answer(out), answers.get, "answer.json") }).toEqual({
      exitCode: 0,
      answer: { found: false },
    })
  })

  test("reports its error completely: code, place, reason, next step and cause", async () => {
    const { error, exitCode, stderr } = await store(get, "127.0.0.1:9", true)
    expect(exitCode).toBe(11)
    expect(error).toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      detail: { where: "127.0.0.1:9", next: "check its address and the network" },
      cause: expect.objectContaining({ message: expect.stringContaining("fetch failed") }),
    })
    expect(stderr).toBe(`${error?.message}\n`)
  })

  test("refuses other content under the same key", async () => {
    const files = join(directory, "in")
    await writeFile(join(files, "record.json"), "1")
    expect((await store([...put, files])).error).toBeNull()
    await writeFile(join(files, "record.json"), "2")
    expect(await store([...put, files])).toMatchObject({ exitCode: 16, error: { code: "RECORD_CONFLICT" } })
  })

  test.each([
    ["V34 beside the directory, by a name that begins alike", "../files-evil/x"],
    ["sibling of V34: above it", "../../x"],
    ["sibling of V34: the directory itself", "."],
    ["sibling of V34: through a directory of its own", "gates/../../x"],
  ])("a stored title that leads out is damaged evidence: %s", async (_what, title) => {
    const client = new RegistryClient(registry.host, { insecure: true })
    const files = new Map([[title, Buffer.from("evil")]])
    await new RegistryStore(client, registry.host, "shop").put("releases", "v1.0.0", files)
    const { error, out } = await store(get)
    expect(error).toMatchObject({ code: "STATE_DAMAGED", detail: { what: `unsafe path ${title}` } })
    expect(await readdir(join(out, "files"), { recursive: true })).toEqual([])
  })

  test("V05 signs the statements of a release, and attaches them to its images", async () => {
    const { files, key, trusted } = await releaseToSign()
    const written = await store([...put, files, "--sign-key", key, "--sign-password", `${key}.password`])
    expect(written).toMatchObject({ exitCode: 0, error: null })
    const stored = readFileSync(join(written.out, "files", "statements", "release.json"), "utf8")
    const envelope = envelopeSchema.parse(JSON.parse(stored))
    expect(signerOf(envelope, [trusted])?.name).toBe("ours")
    expect(await manifestOf(`${image.replace(":", "-")}.att`)).toMatchObject({
      subject: { digest: image },
      layers: [
        {
          mediaType: "application/vnd.dsse.envelope.v1+json",
          digest: sha256(stored),
          annotations: { predicateType: "urn:signalbox:release-record:v1" },
        },
      ],
    })
    const { manifests } = await manifestOf(image.replace(":", "-"))
    expect(manifests).toMatchObject([
      { artifactType: "application/vnd.dsse.envelope.v1+json" },
      { artifactType: "application/vnd.dev.sigstore.bundle.v0.3+json" },
    ])
  })

  test("V05 a signing key that cannot be used stores nothing, and is quoted nowhere", async () => {
    const { files, key } = await releaseToSign()
    const refused = await store([...put, files, "--sign-key", key])
    expect(refused).toMatchObject({ exitCode: 13, error: { code: "USAGE" } })
    const secret = readFileSync(key, "utf8").split("\n")[1] ?? ""
    expect(
      refused.stdout + refused.stderr + readFileSync(join(refused.out, "error.json"), "utf8"),
    ).not.toContain(secret.slice(0, 16))
    expect((await store(get)).error).toBeNull()
    expect(parseJson(answer((await store(get)).out), answers.get, "answer.json")).toEqual({ found: false })
  })

  test("sibling of V46: tells before anything is done whether a signing key can be used", async () => {
    const { key, trusted } = await releaseToSign()
    const asked = ["key", "--kind", "verifications", "--sign-key", key]
    const usable = await store([...asked, "--sign-password", `${key}.password`])
    expect(parseJson(answer(usable.out), answers.key, "answer.json")).toEqual({ id: trusted.id })
    expect(await store(asked)).toMatchObject({ exitCode: 13, error: { code: "USAGE" } })
    expect(registry.seen.filter((one) => !one.includes("/v2/shop/web/"))).toEqual([])
  })

  test("V05 refuses to deploy a release whose files are not those of its record", async () => {
    const files = join(directory, "in")
    const chart = "name: app"
    const record = recordOf({
      chart: { name: "app", version: "1", digest: treeDigest(new Map([["Chart.yaml", chart]])) },
      files: { "smoke.yaml": sha256("checks: []") },
      gates: [],
    })
    const whole = ["get", "--kind", "releases", "--whole", "--key"]
    const putAs = async (key: string, smoke: string) => {
      await mkdir(join(files, "chart"), { recursive: true })
      await writeFile(join(files, "chart", "Chart.yaml"), chart)
      await writeFile(join(files, "record.json"), JSON.stringify(record))
      await writeFile(join(files, "smoke.yaml"), smoke)
      expect((await store(["put", "--kind", "releases", "--key", key, "--in", files])).error).toBeNull()
    }
    await putAs("v1.0.0", "checks: []")
    expect((await store([...whole, "v1.0.0"])).error).toBeNull()
    await putAs("v1.0.1", "checks: [ok]")
    expect(await store([...whole, "v1.0.1"])).toMatchObject({
      exitCode: 16,
      error: { code: "EVIDENCE_MISSING", detail: { context: { rule: "record-files" } } },
    })
    // An auditor may still read it.
    expect((await store(["get", "--kind", "releases", "--key", "v1.0.1"])).error).toBeNull()
  })

  test("V27 claims a version, names the other claim, and clears it", async () => {
    const files = join(directory, "in")
    const claimOf = async (id: string) => {
      await writeFile(join(files, "claim.json"), JSON.stringify({ id, by: "ann", at: "now", commit: "c" }))
      const { out } = await store(["claim", "--kind", "claims", "--key", "v1.0.0", "--in", files])
      return parseJson(answer(out), answers.claim, "answer.json").others.map((other) => other.id)
    }
    expect(await claimOf("dead")).toEqual([])
    expect(await claimOf("next")).toEqual(["dead"])
    const withdraw = ["withdraw", "--kind", "claims", "--key", "v1.0.0", "--claim"]
    expect((await store([...withdraw, "dead"])).error).toBeNull()
    expect(await claimOf("next")).toEqual([])
    await rm(join(files, "claim.json"))
    await writeFile(join(files, "record.json"), "{}")
    expect(await store([...put, files, "--claim", "dead"])).toMatchObject({
      exitCode: 16,
      error: { code: "RECORD_CONFLICT" },
    })
    expect((await store([...put, files, "--claim", "next"])).error).toBeNull()
  })

  test("reads every entry below a prefix", async () => {
    const files = join(directory, "in")
    await writeFile(join(files, "x.json"), "1")
    for (const key of ["staging-1", "staging-2", "production-1"])
      await store(["put", "--kind", "verifications", "--key", key, "--in", files])
    const { out } = await store(["all", "--kind", "verifications", "--key", "staging-"])
    expect((await readdir(join(out, "files"), { recursive: true })).sort()).toEqual([
      "staging-1",
      "staging-1/x.json",
      "staging-2",
      "staging-2/x.json",
    ])
  })

  test("that cannot start is reported as crashed", async () => {
    const { error } = await run("store/none.ts", get)
    expect(error).toMatchObject({
      code: "TOOL_FAILED",
      detail: { why: expect.stringMatching(/it ended with 1[\s\S]*Cannot find module/) },
    })
  })
})

describe("M010 the image push program, given the images of two platforms", () => {
  const to = () => ["--registry", registry.host, "--repository", "shop/web", "--tag", "v1", "--insecure"]

  /** A layout as the build makes it: two images that share a layer, and their index. */
  async function layoutOfTwo() {
    const layout = join(directory, "layout")
    await mkdir(join(layout, "blobs", "sha256"), { recursive: true })
    const write = async (text: string, mediaType: string) => {
      const digest = sha256(text)
      await writeFile(join(layout, "blobs", digest.replace(":", "/")), text)
      return { mediaType, digest, size: Buffer.byteLength(text) }
    }
    const base = await write("base layer", "application/vnd.oci.image.layer.v1.tar+gzip")
    const image = async (platform: string) => {
      const config = await write(`{"of":"${platform}"}`, "application/vnd.oci.image.config.v1+json")
      const own = await write(`program for ${platform}`, "application/vnd.oci.image.layer.v1.tar+gzip")
      const text = JSON.stringify({ schemaVersion: 2, config, layers: [base, own] })
      return { platform, manifest: await write(text, "application/vnd.oci.image.manifest.v1+json") }
    }
    const images = [await image("linux/arm64"), await image("linux/amd64")]
    const { digest, documents } = imageIndex(images)
    for (const [path, text] of documents) await writeFile(join(layout, path), text)
    return { layout, digest, images }
  }

  test("pushes each image by its digest, what they share once, and the tag of their index last", async () => {
    const { layout, digest, images } = await layoutOfTwo()
    const { out, error } = await run("image/main.ts", [...to(), "--layout", layout])
    expect(error).toBeNull()
    expect(parseJson(answer(out), answers.push, "answer.json")).toEqual({ digest })
    const puts = registry.seen.filter((line) => line.startsWith("PUT") && line.includes("/manifests/"))
    const [amd64, arm64] = [...images].reverse().map(({ manifest }) => manifest.digest)
    expect(puts.map((line) => line.slice(line.lastIndexOf("/") + 1))).toEqual([amd64, arm64, "v1"])
    expect(registry.seen.at(-1)).toMatch(/^PUT .*\/manifests\/v1$/)
    expect(registry.seen.filter((line) => line.startsWith("POST"))).toHaveLength(5)
    expect(await manifestOf(digest)).toMatchObject({
      mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: [
        { digest: amd64, platform: { os: "linux", architecture: "amd64" } },
        { digest: arm64, platform: { os: "linux", architecture: "arm64" } },
      ],
    })
  })

  test("that lack a layer leave no tag, and no index", async () => {
    const { layout, images } = await layoutOfTwo()
    await rm(join(layout, "blobs", sha256("program for linux/arm64").replace(":", "/")))
    const { error } = await run("image/main.ts", [...to(), "--layout", layout])
    expect(error).toMatchObject({ detail: { what: expect.stringContaining("ENOENT") } })
    const puts = registry.seen.filter((line) => line.startsWith("PUT") && line.includes("/manifests/"))
    expect(puts).toHaveLength(1)
    expect(puts[0]).toContain(images[1]?.manifest.digest)
  })
})

test("the image push program reports its error", async () => {
  const to = ["--registry", registry.host, "--repository", "shop/web", "--tag", "v1", "--insecure"]
  const { error } = await run("image/main.ts", [...to, "--layout", join(directory, "none")])
  expect(error).toMatchObject({ code: "INTERNAL", detail: { what: expect.stringContaining("ENOENT") } })
})
