import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import type { Member } from "./managers/member.ts"

const scripts = z.record(z.string(), z.string())
const dependencies = z.record(z.string(), z.string()).default({})
const packageShape = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  scripts: scripts.default({}),
  engines: z.looseObject({ node: z.string().optional() }).optional(),
  packageManager: z.string().optional(),
  workspaces: z
    .union([z.array(z.string()), z.looseObject({ packages: z.array(z.string()).default([]) })])
    .optional(),
  dependencies,
  devDependencies: dependencies,
  optionalDependencies: dependencies,
  peerDependencies: dependencies,
})

export interface Manifest {
  readonly scripts: Readonly<Record<string, string>>
  readonly keys: readonly string[]
  /** The versions of Node that it says it runs on; undefined where it does not say. */
  readonly node?: string | undefined
}

/** What of a `package.json` counts for an installation. */
export interface PackageFile {
  /** Of itself. */
  readonly member: Omit<Member, "path">
  /** The package manager that it names: `pnpm@10.4.1+sha512.…`. */
  readonly packageManager: string | undefined
  /** Patterns of the directories of its workspace's members. */
  readonly workspaces: readonly string[]
}

/** @throws CONFIG_INVALID */
export function packageFileIn(text: string, file: string): PackageFile {
  const { packageManager, workspaces = [], ...rest } = parsed(text, file, packageShape)
  const { name, version, scripts, dependencies, devDependencies, optionalDependencies, peerDependencies } =
    rest
  return {
    member: {
      ...{ name, version, scripts, dependencies, devDependencies, optionalDependencies, peerDependencies },
      text,
    },
    packageManager,
    workspaces: "packages" in workspaces ? workspaces.packages : workspaces,
  }
}

/** What of a `package.json` counts for checks and builds. @throws CONFIG_INVALID */
export function manifestIn(text: string, file: string): Manifest {
  const manifest = parsed(text, file, packageShape)
  return { scripts: manifest.scripts, keys: Object.keys(manifest), node: manifest.engines?.node }
}

/** Names of packages in whose place `resolutions` puts another version: the last name of its path. @throws CONFIG_INVALID */
export function resolutionsIn(text: string, file: string): readonly string[] {
  const { resolutions } = parsed(
    text,
    file,
    z.looseObject({ resolutions: z.record(z.string(), z.string()).default({}) }),
  )
  return Object.keys(resolutions).flatMap(
    (key) => /(?:^|\/)((?:@[^/]+\/)?[^/@]+)(?:@.*)?$/.exec(key)?.[1] ?? [],
  )
}

/** A `package.json` without what only development needs. @throws CONFIG_INVALID */
export function withoutDevelopment(text: string, file: string): string {
  const { devDependencies: _, ...rest } = parsed(
    text,
    file,
    z.looseObject({ devDependencies: z.unknown().optional() }),
  )
  return `${JSON.stringify(rest, undefined, 2)}\n`
}

/** A `package.json` without some of its scripts; the same text where it has none of them. @throws CONFIG_INVALID */
export function withoutScripts(text: string, names: readonly string[], file: string): string {
  const manifest = parsed(text, file, z.looseObject({ scripts: scripts.default({}) }))
  const left = Object.entries(manifest.scripts).filter(([name]) => !names.includes(name))
  if (left.length === Object.keys(manifest.scripts).length) return text
  return `${JSON.stringify({ ...manifest, scripts: Object.fromEntries(left) }, undefined, 2)}\n`
}

export function parsed<S extends z.ZodType>(text: string, file: string, shape: S): z.output<S> {
  try {
    return shape.parse(JSON.parse(text))
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && !(cause instanceof z.ZodError)) throw cause
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : cause.message
    throw new SignalboxError(
      "CONFIG_INVALID",
      { what: `${file} cannot be read`, where: file, why },
      { cause },
    )
  }
}
