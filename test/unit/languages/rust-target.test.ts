/** M010: what Rust compiles for, and what the toolbox's image has to have for it. */
import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { lacking } from "../../../src/languages/rust/able.ts"
import { fetchedTriples, staticLinking, targetOf } from "../../../src/languages/rust/target.ts"

test("the engine's own platform is linked by its usual compiler, another one by that processor's", () => {
  expect(targetOf("linux/amd64", "linux/amd64")).toEqual({
    ...{ platform: "linux/amd64", triple: "x86_64-unknown-linux-gnu", linker: undefined },
  })
  expect(targetOf("linux/arm64", "linux/amd64").linker).toBe("aarch64-linux-gnu-gcc")
  expect(targetOf("linux/arm64", "linux/arm64").linker).toBeUndefined()
  expect(targetOf("linux/amd64", "linux/arm64").linker).toBe("x86_64-linux-gnu-gcc")
})

test("only what is linked for the target is static", () => {
  expect(staticLinking(targetOf("linux/arm64", "linux/amd64"))).toEqual([
    "--config",
    'target.aarch64-unknown-linux-gnu.rustflags=["-C", "target-feature=+crt-static"]',
  ])
})

test("packages are fetched for all platforms and for what runs during the build, in one order", () => {
  const both = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"]
  expect(fetchedTriples(["linux/amd64"], "linux/amd64")).toEqual(both.slice(0, 1))
  expect(fetchedTriples(["linux/arm64"], "linux/amd64")).toEqual(both)
  expect(fetchedTriples(["linux/amd64", "linux/arm64"], "linux/arm64")).toEqual(both)
  expect(fetchedTriples(["linux/amd64"], "linux/riscv64")).toEqual(both.slice(0, 1))
})

describe("what the toolbox's Rust lacks", () => {
  let root = ""
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "rust-"))
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const program = (name: string, text: string) => {
    writeFileSync(join(root, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(root, name), 0o755)
  }
  /** Programs that answer as rustc and gcc do; what they say is measured by hand (docs/platforms.md). */
  const asked = ({ libraries = false, compiler = false, c = false }) => {
    const place = join(root, "lib")
    mkdirSync(place)
    program(
      "rustc",
      `test "$*" = "--print target-libdir --target aarch64-unknown-linux-gnu" && echo ${place}`,
    )
    if (libraries) writeFileSync(join(place, "libstd-0123456789abcdef.rlib"), "")
    const found = join(root, "libc.a")
    if (compiler) program("aarch64-linux-gnu-gcc", `echo ${c ? found : "libc.a"}`)
    if (c) writeFileSync(found, "")
    const outcome = spawnSync("sh", ["-s", "--", "aarch64-unknown-linux-gnu", "aarch64-linux-gnu-gcc"], {
      ...{ cwd: "/", input: lacking, encoding: "utf8", env: { PATH: `${root}:/usr/bin:/bin` } },
    })
    expect(outcome).toMatchObject({ status: 0, stderr: "" })
    return outcome.stdout.trim().split("\n")
  }

  test("is nothing where library, compiler and C library are there", () => {
    expect(asked({ libraries: true, compiler: true, c: true })).toEqual([""])
  })

  test("is each part that is not there", () => {
    expect(asked({})).toEqual([
      "the standard library of aarch64-unknown-linux-gnu",
      "aarch64-linux-gnu-gcc, which links for it",
    ])
  })

  test("is the C library that a compiler comes without", () => {
    expect(asked({ libraries: true, compiler: true })).toEqual([
      "the static C library of aarch64-linux-gnu-gcc",
    ])
  })

  test("is not known where the compiler itself fails, which is no answer", () => {
    program("rustc", "exit 1")
    const outcome = spawnSync("sh", ["-s", "--", "aarch64-unknown-linux-gnu", "aarch64-linux-gnu-gcc"], {
      ...{ cwd: "/", input: lacking, encoding: "utf8", env: { PATH: `${root}:/usr/bin:/bin` } },
    })
    expect(outcome.status).not.toBe(0)
    expect(outcome.stdout).toBe("")
  })
})
