/** What Cargo compiles for, by the platform of an image. */
import type { Container } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { enginePlatform } from "../engine-platform.ts"
import { platformsOf } from "../platforms.ts"
import type { Request } from "./project.ts"

/** A processor with the C library that programs are linked to, as Rust calls it. */
export interface Target {
  readonly platform: string
  readonly triple: string
  /** The C compiler that links for it; undefined for the processor that builds run on: there it is the usual one. */
  readonly linker: string | undefined
}

const known: Readonly<Record<string, { readonly triple: string; readonly compiler: string }>> = {
  "linux/amd64": { triple: "x86_64-unknown-linux-gnu", compiler: "x86_64-linux-gnu-gcc" },
  "linux/arm64": { triple: "aarch64-unknown-linux-gnu", compiler: "aarch64-linux-gnu-gcc" },
}

/** @param own platform of the engine */
export function targetOf(platform: string, own: string): Target {
  const found = known[platform]
  // The schema of components accepts no other platforms.
  if (found === undefined)
    throw new SignalboxError("INTERNAL", { what: `Rust has no target for ${platform}` })
  return { platform, triple: found.triple, linker: platform === own ? undefined : found.compiler }
}

/** The target of the platform that is asked for, or of the component's first. */
export async function targetFor({ component, platform }: Request): Promise<Target> {
  return targetOf(platform ?? platformsOf(component)[0], await enginePlatform())
}

/**
 * What packages are fetched for: the component's platforms, and the one on which build scripts, macros and tests run. One list, so that
 * all of them share what is fetched.
 */
export function fetchedTriples(platforms: readonly string[], own: string): readonly string[] {
  const isKnown = known[own] !== undefined
  return [...new Set([...platforms, ...(isKnown ? [own] : [])])]
    .sort()
    .map((one) => targetOf(one, own).triple)
}

/** Cargo with the linker of a target. Crates with code in C look for a compiler of that name by themselves. */
export function linkingFor(container: Container, { triple, linker }: Target): Container {
  if (linker === undefined) return container
  const name = triple.toUpperCase().replaceAll("-", "_")
  return container.withEnvVariable(`CARGO_TARGET_${name}_LINKER`, linker)
}

/** Set for the target alone: programs that run while others are compiled (build scripts, macros) cannot be static. */
export function staticLinking({ triple }: Target): readonly string[] {
  return ["--config", `target.${triple}.rustflags=["-C", "target-feature=+crt-static"]`]
}
