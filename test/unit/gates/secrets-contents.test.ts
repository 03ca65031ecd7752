/** What of a packed, encoded or very long file reaches gitleaks. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import type { Fragment } from "../../../src/gates/secrets/scan/patch.ts"
import { tagTexts } from "../../../src/gates/secrets/scan/tags.ts"
import { isGenerated } from "../../../src/gates/secrets/scan/texts.ts"
import { partsOf } from "../../../src/gates/secrets/scan/windows.ts"
import { found, fragmentsOf, inventedToken, patchOf, Repository, textsOf } from "./support/planted.ts"

const commit = { id: "c".repeat(40), date: "2026-01-06T10:00:00Z", isMerge: false, ref: "" }
const fileOf = (file: string, content: Buffer): Fragment => ({
  commit,
  file,
  hunks: [{ line: 1, lines: [content] }],
})

/** An archive with one member, as `zip` writes it. */
function zipOf(name: string, content: Buffer, { method = 8, flags = 0 } = {}): Buffer {
  const data = method === 8 ? deflateRawSync(content) : content
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0)
  common.writeUInt16LE(flags, 2)
  common.writeUInt16LE(method, 4)
  common.writeUInt32LE(data.length, 14)
  common.writeUInt32LE(content.length, 18)
  common.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), data])
  const entry = Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), common, Buffer.alloc(14), Buffer.from(name)])
  const end = Buffer.alloc(22)
  end.write("PK\x05\x06", "latin1")
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(entry.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, entry, end])
}

/** An archive with one member, as `tar` writes it. */
function tarOf(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512)
  header.write(name)
  header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124)
  header.write("        0", 148)
  const sum = header.reduce((all, byte) => all + byte, 0)
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148)
  return Buffer.concat([header, content, Buffer.alloc(1536 - (content.length % 512))])
}

describe("what lies inside of a file", () => {
  test.each<[string, (text: Buffer) => Buffer]>([
    ["gzip in gzip", (text) => gzipSync(gzipSync(text))],
    ["zip", (text) => zipOf("a.txt", text)],
    ["zip, stored", (text) => zipOf("a.txt", text, { method: 0 })],
    ["zip behind a program", (text) => Buffer.concat([Buffer.from("#!/bin/sh\n"), zipOf("a.txt", text)])],
    ["zip in tar in gzip", (text) => gzipSync(tarOf("a.zip", zipOf("a.txt", text)))],
    ["gzip in tar", (text) => tarOf("a.gz", gzipSync(text))],
    ["zlib", (text) => deflateSync(text)],
    ["gzip in base64", (text) => Buffer.from(`x = ${gzipSync(text).toString("base64")}\n`)],
    [
      "UTF-16 in base64, as of powershell -EncodedCommand",
      (text) => Buffer.from(`powershell -e ${Buffer.from(text.toString(), "utf16le").toString("base64")}\n`),
    ],
    [
      "base64 in lines, as base64(1) writes it",
      (text) => Buffer.from(`${text.toString("base64").replaceAll(/(.{76})/g, "$1\n")}\n`),
    ],
  ])("sibling of R2: a token in %s is searched", (_, packed) => {
    const token = inventedToken()
    const text = Buffer.from(
      `a first line, so that there are several\nt = "${token}"\n${"and words ".repeat(9)}\n`,
    )
    const fragment = fileOf("a.bin", packed(text))
    expect(found([fragment], token)).toMatchObject([{ file: "a.bin", line: expect.any(Number) }])
    expect(textsOf([fragment]).texts.unsearched).toEqual([])
  })

  test("sibling of R2: what cannot be opened is named with its member, wherever it lies", () => {
    const { unsearched } = textsOf([
      fileOf("a.zip", zipOf("a.txt", Buffer.from("a"), { flags: 1 })),
      fileOf("b.tar", tarOf("b.7z", Buffer.from("7z\xbc\xaf\x27\x1c", "latin1"))),
      fileOf("c.zip", zipOf("c.txt", Buffer.from("c"), { method: 12 })),
      fileOf("d.zip", Buffer.from("PK\x03\x04rest", "latin1")),
      fileOf("e.tar", tarOf("e.txt", Buffer.alloc(2000, "e")).subarray(0, 1024)),
    ]).texts
    expect(unsearched).toEqual([
      { file: "a.zip", why: "zip: a.txt: it is encrypted" },
      { file: "b.tar", why: "7z" },
      { file: "c.zip", why: "zip: c.txt: it is compressed by method 12" },
      { file: "d.zip", why: "zip: it has no directory" },
      { file: "e.tar", why: "tar: e.txt: it is cut off" },
    ])
  })

  test("sibling of R2: archives without an end are named, and end the scan of them", () => {
    let bytes: Buffer = Buffer.from("text")
    for (let n = 0; n < 9; n += 1) bytes = gzipSync(bytes)
    const { unsearched } = textsOf([
      fileOf("a.gz", bytes),
      fileOf("b.gz", gzipSync(Buffer.alloc(70 << 20))),
    ]).texts
    expect(unsearched).toEqual([
      { file: "a.gz", why: "archives in each other, more than 6 deep" },
      { file: "b.gz", why: expect.stringContaining("gzip: ") },
    ])
  })

  test("sibling of G01: of a packed file that a commit changes in part, the change is named as not searched", () => {
    using repository = new Repository()
    const text = Array.from({ length: 60_000 }, (_, n) => `line ${n * 7919}\n`).join("")
    const token = inventedToken()
    repository.write("a.gz", gzipSync(text))
    repository.commit("an archive")
    repository.write("a.gz", gzipSync(`${text}t = "${token}"\n`))
    repository.commit("with a token at its end")
    const { fragments } = fragmentsOf(patchOf(repository.path, "HEAD").patch)
    expect(found(fragments, token)).toEqual([])
    expect(textsOf(fragments).texts.unsearched).toEqual([
      { file: "a.gz", why: "a change within a packed file, which git does not give as a whole" },
    ])
  })

  test("sibling of G21: the message of a tag is searched under the tag's name", () => {
    using repository = new Repository()
    const token = inventedToken()
    repository.write("a.txt", "a\n")
    repository.commit("start")
    repository.git("tag", "--annotate", "v1", "--message", `first\n\n${token}\ntag v9\n`)
    repository.git("tag", "--annotate", "v2", "--message", "second")
    const output = join(repository.path, "tags")
    repository.git(
      "show",
      "--no-patch",
      "--format=",
      `--output=${output}`,
      "refs/tags/v1",
      "refs/tags/v2",
      "--",
    )
    const texts = tagTexts(readFileSync(output))
    expect(texts.map(({ commit }) => commit?.ref)).toEqual(["refs/tags/v1", "refs/tags/v2"])
    const fragments = texts.map((text) => ({ ...text, commit: text.commit ?? commit }))
    expect(found(fragments, token)).toMatchObject([{ file: "tag message", commit: "refs/tags/v1" }])
  })

  test("sibling of V09: a path is searched as well", () => {
    const token = inventedToken()
    const fragment = fileOf(`src/${token}/a.txt`, Buffer.from("a\n"))
    expect(found([fragment], token)).toMatchObject([{ file: fragment.file, line: 1 }])
  })
})

describe("a text that gitleaks would read in chunks", () => {
  test.each([
    ["lines", "var a = b\n"],
    ["one line of words", "var a = b; "],
    ["one line without a blank", "abcdefghij"],
  ])("sibling of V09: in %s, a token lies whole in one part, wherever it is, and at its line", (_, words) => {
    for (const place of [0, 95_980, 96_000, 99_990, 124_990, 191_990]) {
      const before = words.repeat(40_000).slice(0, place)
      const token = inventedToken()
      const line = before.split("\n").length
      const fragment = fileOf("a.js", Buffer.from(`${before} ${token}\n${words.repeat(20_000)}`))
      expect(found([fragment], token)).toEqual([{ file: "a.js", line, commit: commit.id }])
      for (const { text } of textsOf([fragment]).written) expect(text.length).toBeLessThan(100_000)
    }
  })

  test("sibling of V09: a private key of many lines as well", () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${`${"a".repeat(64)}\n`.repeat(200)}-----END PRIVATE KEY-----`
    const before = "var a = b\n".repeat(9_000)
    const parts = partsOf(Buffer.from(`${before}${key}\n${before}`))
    expect(parts.some(({ bytes }) => bytes.includes(key))).toBe(true)
  })

  test("a short text is one part", () => {
    expect(partsOf(Buffer.from("a\nb\n"))).toEqual([{ bytes: Buffer.from("a\nb\n"), linesBefore: 0 }])
  })
})

describe("what text looks random anyway", () => {
  test("sibling of V09: one zero byte does not make a settings file binary", () => {
    expect(isGenerated("settings.yaml", Buffer.from(`api_key: "${"x7Gq".repeat(10)}"\n\0`))).toBe(false)
    expect(
      isGenerated("program", Buffer.from("\x7fELF\x02\x01\x01\0\0\0\0\x03\0>\0\x01\0\0\0", "latin1")),
    ).toBe(true)
  })

  test("sibling of V09: a guess that does not count is counted", () => {
    const { texts } = textsOf([fileOf("a.min.js", Buffer.from("api_key"))])
    const leak = {
      RuleID: "generic-api-key",
      File: "0/0.txt",
      StartLine: 2,
      EndLine: 2,
      Match: "",
      Entropy: 4,
    }
    expect(texts.placed([leak])).toEqual([])
    expect(texts.guesses).toBe(1)
  })
})
