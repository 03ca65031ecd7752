import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import { tomlIn } from "../toml.ts"

/** Numbers of a version of Rust; null for a channel: `stable`, `nightly-2026-01-01`. */
export function rustNumbers(text: string): readonly number[] | null {
  const [, ...numbers] = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-|$)/.exec(text) ?? []
  return numbers.length === 0 ? null : numbers.map((one) => Number(one ?? 0))
}

export function isNewer(asked: string, has: string): boolean {
  const [left, right] = [rustNumbers(asked), rustNumbers(has)]
  if (left === null || right === null) return false
  for (const index of [0, 1, 2]) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}

const toolchainFile = z.looseObject({ toolchain: z.looseObject({ channel: z.string().optional() }) })

/** The channel that a rust-toolchain file names: TOML, or the name alone. @throws CONFIG_INVALID */
export function channelIn(text: string, place: string): string | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("#"))
  const [only = "", second] = lines
  if (second === undefined && !/[=[]/.test(only)) return only.trim() || undefined
  return tomlIn(text, place, toolchainFile).toolchain.channel
}

interface Asked {
  readonly name: string
  readonly version: string
  /** Where it is asked for: `service/Cargo.toml: rust-version`. */
  readonly where: string
  /** Version of the toolbox's Rust. */
  readonly has: string
}

/** No other Rust is fetched: the toolbox says which one builds. @throws CONFIG_INVALID */
export function assertRust({ name, version, where, has }: Asked): void {
  const isOther = /^(?:nightly|beta)/.test(version)
  if (!isOther && !isNewer(version, has)) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${name} needs Rust ${version}, and the toolbox has ${has}`,
    where,
    why: "no other Rust is fetched during a build: the toolbox names the one whose digest is evidence",
    next: "name an image with that version in toolbox.yaml (tools.rust), or correct the file",
  })
}
