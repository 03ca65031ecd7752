import { mkdir, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { Directory } from "@dagger.io/dagger"
import { afterEach, describe, expect, it } from "vitest"
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
import { newKeyPair } from "../../../src/evidence/signing/key-pair.ts"
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

const files: Readonly<Record<string, string>> = {
  "record.json": canonicalJson(toJson(record)),
  "chart/Chart.yaml": "name: app",
  // No UTF-8: as a picture, a packed dependency, a comment in another encoding.
  "chart/files/logo.bin": logo.toString("latin1"),
  "gates/lint.json": JSON.stringify(lint),
}
const places: string[] = []
const exported = {
  export: async (place: string) => {
    places.push(place)
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(place, path)), { recursive: true })
      await writeFile(join(place, path), Buffer.from(text, "latin1"))
    }
  },
} as unknown as Directory
afterEach(async () => {
  for (const place of places.splice(0)) await rm(place, { recursive: true })
})
const verify = (digest?: string, publicKey?: string) =>
  verifyRelease(new Session({} as Inputs), exported, { digest, publicKey })

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

  it("sibling of V05: a key that cannot be read is an error, never a skipped check", async () => {
    await expect(verify(undefined, "")).rejects.toMatchObject({ code: "CONFIG_INVALID", exitCode: 13 })
  })
})
