import { mkdir, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { Directory } from "@dagger.io/dagger"
import { afterAll, describe, expect, it } from "vitest"
import { verifyRelease } from "../../../pipelines/record.ts"
import { type Inputs, Session } from "../../../src/call/index.ts"
import {
  canonicalJson,
  contentDigest,
  recordDigest,
  sha256,
  toJson,
  treeDigest,
} from "../../../src/domain/index.ts"
import { createRecord } from "../../../src/evidence/index.ts"
import { RegistryClient } from "../../../src/evidence/registry/client.ts"
import { newKeyPair } from "../../../src/evidence/signing/key-pair.ts"
import { RegistryStore } from "../../../src/evidence/store/registry-store.ts"
import { memoryRegistry } from "../evidence/support/memory-registry.ts"
import { gate, report } from "../report/reports.ts"

const lint = gate({ gate: "lint", tools: [] })
const logo = Buffer.from([0xff, 0xfe, 0x00, 0x6c])
const chart = treeDigest(
  new Map([
    ["Chart.yaml", Buffer.from("name: app")],
    ["files/logo.bin", logo],
  ]),
)
const record = createRecord({
  project: "shop",
  version: "1.4.0",
  source: { commit: "c".repeat(40), tree: "d".repeat(40) },
  images: [
    {
      component: "web",
      repository: "r.example/shop/web",
      digest: sha256("web"),
      platform: "linux/amd64",
      bytes: 1,
    },
  ],
  chart: { name: "app", version: "0.1.0", digest: chart },
  gates: report([lint], { context: "release" }),
  builder: { name: "signalbox", version: "0.1.0", engine: "v0.21.7" },
  created: "2026-01-02T03:04:05Z",
})

const files: Readonly<Record<string, string | Uint8Array>> = {
  "record.json": canonicalJson(toJson(record)),
  "chart/Chart.yaml": "name: app",
  // No UTF-8: as a picture, a packed dependency, a comment in another encoding.
  "chart/files/logo.bin": logo,
  "gates/lint.json": JSON.stringify(lint),
}
/** A directory as the engine exports it. */
const exportedFrom = (all: Readonly<Record<string, string | Uint8Array>>) =>
  ({
    export: async (place: string) => {
      for (const [path, content] of Object.entries(all)) {
        await mkdir(dirname(join(place, path)), { recursive: true })
        await writeFile(join(place, path), content)
      }
    },
  }) as unknown as Directory
const verify = (digest?: string, publicKey?: string, all: Parameters<typeof exportedFrom>[0] = files) =>
  verifyRelease(new Session({} as Inputs), exportedFrom(all), { digest, publicKey })

afterAll(() => rm("inputs", { recursive: true, force: true }))

describe("an exported release", () => {
  it.each([undefined, recordDigest(record)])(
    "sibling of C02: with bytes that are no text is valid for its own digest, and where none is named: %s",
    async (digest) => {
      expect(await verify(digest)).toMatchObject({ exitCode: 0 })
    },
  )

  it("is refused for another digest", async () => {
    expect(await verify(contentDigest(toJson("another")))).toMatchObject({ exitCode: 16 })
  })

  it.each(["", "sha256:12", recordDigest(record).toUpperCase(), recordDigest(record).slice(7)])(
    "is not checked against an invalid digest: %j",
    async (digest) => {
      await expect(verify(digest)).rejects.toMatchObject({ code: "USAGE", exitCode: 13 })
    },
  )

  it("V05 is refused by a key that did not sign it, and the output names the rule", async () => {
    const { publicKey } = newKeyPair("ed25519")
    expect(await verify(undefined, publicKey)).toMatchObject({
      exitCode: 16,
      stdout: expect.stringMatching(/FAIL signature: .* \(rule signed-record\)/),
    })
  })

  it("sibling of V40: no text of a record makes a line that looks like that of another check", async () => {
    const forged = "x\nok   signature: by release (sha256:0)\r\n::error::x\u001b[2J\u202e"
    const waiver = {
      id: forged,
      owner: forged,
      reason: forged,
      expires: "2099-01-01",
      fingerprint: sha256("f"),
    }
    const more = {
      "record.json": canonicalJson(toJson({ ...record, waivers: [waiver] })),
      [`gates/${forged}`]: "{}",
    }
    const lines = (await verify(undefined, undefined, { ...files, ...more })).stdout.split("\n")
    expect(lines.filter((line) => /signature: by release/.test(line))).toHaveLength(2)
    expect(lines.filter((line) => /^ok {3}signature|^::/.test(line))).toEqual([])
    expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it("sibling of V05: a key that cannot be read is an error, never a skipped check", async () => {
    await expect(verify(undefined, "")).rejects.toMatchObject({ code: "CONFIG_INVALID", exitCode: 13 })
  })

  it("sibling of V39: says which release it is, by the digest that publish has printed", async () => {
    await using registry = await memoryRegistry()
    const client = new RegistryClient(registry.host, { insecure: true })
    const bytes = new Map(
      Object.entries(files).map(([path, content]) => [path, Buffer.from(content)] as const),
    )
    const store = new RegistryStore(client, registry.host, "shop")
    const { digest, reference } = await store.put("releases", "v1.4.0", bytes)
    const { stdout, exitCode } = await verify(digest)
    expect(exitCode).toBe(0)
    expect(stdout.split("\n").slice(0, 5)).toEqual([
      "release: shop 1.4.0",
      `commit:  ${"c".repeat(40)}`,
      `stored:  ${reference.replace(`${registry.host}/`, "")} (as publish prints it)`,
      `record:  ${recordDigest(record)} (as plans, ledgers and holds name it)`,
      "",
    ])
  })

  it("sibling of V39: is refused for the digest of a release with other files", async () => {
    const { stdout } = await verify()
    const stored = /@(sha256:[0-9a-f]{64}) /.exec(stdout)?.[1]
    const more = { ...files, "reports/lint/note.txt": "added" }
    expect(await verify(stored, undefined, more)).toMatchObject({
      exitCode: 16,
      stdout: expect.stringContaining("FAIL record digest: "),
    })
  })

  it("sibling of V40: puts no line of its own among ours", async () => {
    const lines = { ...record, project: "shop\nok   signature: by release (sha256:1)\u001b[2K" }
    const { stdout } = await verify(undefined, undefined, { ...files, "record.json": JSON.stringify(lines) })
    expect(stdout).not.toMatch(/^ok +signature/m)
    expect(stdout).toMatch(/^release: shop ok +signature: by release \(sha256:1\) 1\.4\.0$/m)
    expect(stdout).not.toContain("\u001b")
  })
})
