/** The program of an image that has nothing else: judged by its header, before it is put there. */
import { describe, expect, test } from "vitest"
import { problemOf, readElf } from "../../../src/languages/elf.ts"
import { withEntry } from "../../../src/languages/place-program.ts"

interface Header {
  readonly machine?: number
  readonly type?: number
  readonly interpreter?: string
}

/** A header by the ELF specification: 64 bits, one entry of the program header. */
function elf({ machine = 62, type = 2, interpreter }: Header = {}): Buffer {
  const bytes = Buffer.alloc(256)
  bytes.writeUInt32BE(0x7f454c46, 0)
  bytes.writeUInt8(2, 4)
  bytes.writeUInt8(1, 5)
  bytes.writeUInt16LE(type, 16)
  bytes.writeUInt16LE(machine, 18)
  bytes.writeBigUInt64LE(64n, 32)
  bytes.writeUInt16LE(56, 54)
  bytes.writeUInt16LE(1, 56)
  bytes.writeUInt32LE(interpreter === undefined ? 1 : 3, 64)
  if (interpreter !== undefined) {
    bytes.writeBigUInt64LE(128n, 72)
    bytes.writeBigUInt64LE(BigInt(interpreter.length + 1), 96)
    bytes.write(`${interpreter}\0`, 128)
  }
  return bytes
}

describe("a program", () => {
  test("that is static, and for the platform of the image, is taken", () => {
    expect(problemOf(readElf(elf()), "linux/amd64")).toBeNull()
    // Static with a position of its own (PIE), as Rust makes them.
    expect(problemOf(readElf(elf({ type: 3 })), "linux/amd64")).toBeNull()
    expect(problemOf(readElf(elf({ machine: 183 })), "linux/arm64")).toBeNull()
  })

  test("for another processor is refused", () => {
    expect(problemOf(readElf(elf({ machine: 183 })), "linux/amd64")).toBe(
      "it is for AArch64, and the image for linux/amd64 (x86-64)",
    )
    expect(problemOf(readElf(elf({ machine: 243 })), "linux/arm64")).toMatch(/^it is for machine 243/)
  })

  test("that asks for a loader is refused, by the loader's name", () => {
    const found = readElf(elf({ interpreter: "/lib64/ld-linux-x86-64.so.2" }))
    expect(problemOf(found, "linux/amd64")).toBe(
      "it is not static: it is started by /lib64/ld-linux-x86-64.so.2, which the image does not have",
    )
  })

  test.each([
    ["a script", Buffer.from(`#!/bin/sh\n${" ".repeat(80)}`), /no ELF file/],
    ["nothing", Buffer.alloc(0), /no ELF file/],
    ["an object file", elf({ type: 1 }), /no program/],
    ["a header that is cut off", elf().subarray(0, 100), /cut off/],
  ])("%s is none", (_, bytes, why) => {
    expect(() => readElf(bytes)).toThrow(why)
  })

  test("this machine's own Node is one that needs a loader", async () => {
    const { readFileSync } = await import("node:fs")
    expect(readElf(readFileSync(process.execPath)).interpreter).toMatch(/^\/lib/)
  })
})

test("users get an entry for the one that runs it, once", () => {
  const entry = "app:x:1001:1001:app:/app:/sbin/nologin"
  expect(withEntry("root:x:0:0::/root:/sbin/nologin", 1001, entry)).toBe(
    `root:x:0:0::/root:/sbin/nologin\n${entry}\n`,
  )
  expect(withEntry(`${entry}\n`, 1001, entry)).toBe(`${entry}\n`)
})
