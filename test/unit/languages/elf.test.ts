/** M010: what a program is for, by the headers that Go wrote for several processors (test/recorded/elf). */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { elfTarget, foreignTo, identityBytes, problemOf, readElf } from "../../../src/languages/elf.ts"
import { foreignFiles } from "../../../src/languages/foreign-files.ts"

const recorded = (name: string) =>
  readFileSync(join(import.meta.dirname, "../../recorded/elf", `go-${name}.elf`))
const why = (name: string, platform: string) => {
  const target = elfTarget(recorded(name))
  return target === null ? "not known" : foreignTo(target, platform)
}

describe("a program of each processor", () => {
  test.each([
    ["amd64", "linux/amd64"],
    ["arm64", "linux/arm64"],
  ])("%s belongs into the image for %s, where it needs nothing else", (name, platform) => {
    expect(why(name, platform)).toBeNull()
    expect(readElf(recorded(name)).interpreter).toBeNull()
    expect(problemOf(readElf(recorded(name)), platform)).toBeNull()
  })

  test.each([
    ["amd64", "linux/arm64", "it is for x86-64, and the image for linux/arm64 (AArch64)"],
    ["arm64", "linux/amd64", "it is for AArch64, and the image for linux/amd64 (x86-64)"],
    ["386", "linux/amd64", "it is for machine 3, and the image for linux/amd64 (x86-64)"],
    ["s390x", "linux/arm64", "it is for machine 22, and the image for linux/arm64 (AArch64)"],
    ["amd64", "linux/riscv64", "nothing is known of the platform linux/riscv64"],
  ])("%s does not belong into the image for %s, and it is told why", (name, platform, message) => {
    expect(why(name, platform)).toBe(message)
  })

  test("the right processor in another class or order of bytes is another program", () => {
    const narrow = Buffer.from(recorded("amd64"))
    narrow[4] = 1
    const target = elfTarget(narrow)
    expect(target).toMatchObject({ machine: "x86-64", bits: 32 })
    expect(target && foreignTo(target, "linux/amd64")).toMatch(/^it has 32 bits, little-endian/)
    expect(() => readElf(narrow)).toThrow("no little-endian program of 64 bits")
    expect(() => readElf(recorded("s390x"))).toThrow("no little-endian program of 64 bits")
  })

  test("cut off anywhere, it is never taken for one that fits", () => {
    const whole = recorded("arm64")
    for (let length = 0; length < 344; length++)
      expect(() => readElf(whole.subarray(0, length))).toThrow(/no ELF file|cut off/)
    expect(elfTarget(whole.subarray(0, identityBytes - 1))).toBeNull()
  })
})

describe("the files of an image", () => {
  const root = mkdtempSync(join(tmpdir(), "image-"))
  afterAll(() => rmSync(root, { recursive: true }))
  const put = (path: string, content: Buffer | string) => {
    mkdirSync(join(root, path, ".."), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  put("app/gate", recorded("arm64"))
  put("app/tools/helper", recorded("amd64"))
  put("app/templates/page.html", "<html>")
  put("app/run.sh", "#!/bin/sh\n")
  put("app/empty", "")
  put("app/damaged", recorded("arm64").subarray(0, 10))
  put("etc/passwd", "root:x:0:0::/root:/sbin/nologin\n")
  symlinkSync("/app/tools/helper", join(root, "app/link"))
  symlinkSync(process.execPath, join(root, "app/outside"))
  chmodSync(join(root, "app/tools/helper"), 0o644)

  test("every one for another processor is named, whatever its mode, and no link leads out of the image", () => {
    expect(foreignFiles(root, "linux/arm64")).toEqual([
      { path: "/app/damaged", why: "its header is cut off" },
      { path: "/app/tools/helper", why: "it is for x86-64, and the image for linux/arm64 (AArch64)" },
    ])
    expect(foreignFiles(root, "linux/amd64").map(({ path }) => path)).toEqual(["/app/damaged", "/app/gate"])
  })

  test("one whose name is no UTF-8 is read like any other", () => {
    const named = Buffer.concat([Buffer.from(join(root, "app/x")), Buffer.from([0xff])])
    writeFileSync(named, recorded("amd64"))
    const found = foreignFiles(root, "linux/arm64").map(({ path }) => path)
    unlinkSync(named)
    expect(found).toContain("/app/x\ufffd")
  })
})
