import { z } from "zod"
import { tomlIn } from "../toml.ts"

const shape = z.looseObject({
  version: z.int().optional(),
  package: z
    .array(
      z.looseObject({
        name: z.string(),
        version: z.string(),
        source: z.string().optional(),
        checksum: z.string().optional(),
      }),
    )
    .default([]),
})

/** What a Cargo.lock names. */
export interface LockedCrates {
  /** Packages from a registry or a repository, each version once. */
  readonly external: readonly { readonly name: string; readonly version: string }[]
  /** Names of packages of the source itself. */
  readonly own: readonly string[]
}

/** @throws CONFIG_INVALID */
export function readLock(text: string, place: string): LockedCrates {
  const all = tomlIn(text, place, shape).package
  return {
    external: all.flatMap(({ name, version, source }) => (source === undefined ? [] : [{ name, version }])),
    own: all.flatMap(({ name, source }) => (source === undefined ? [name] : [])),
  }
}
