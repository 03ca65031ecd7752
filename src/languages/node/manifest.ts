import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"

const scripts = z.record(z.string(), z.string())
const packageShape = z.looseObject({
  scripts: scripts.default({}),
  engines: z.looseObject({ node: z.string().optional() }).optional(),
})
const lockShape = z.looseObject({
  packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })).default({}),
})
const lockedShape = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
      resolved: z.string().optional(),
    }),
  ),
})

export interface Manifest {
  readonly scripts: Readonly<Record<string, string>>
  readonly keys: readonly string[]
  /** The versions of Node that it says it runs on; undefined where it does not say. */
  readonly node?: string | undefined
}

/** What of a `package.json` counts for checks and builds. @throws CONFIG_INVALID */
export function manifestIn(text: string, file: string): Manifest {
  const manifest = parsed(text, file, packageShape)
  return { scripts: manifest.scripts, keys: Object.keys(manifest), node: manifest.engines?.node }
}

/** A `package.json` without some of its scripts; the same text where it has none of them. @throws CONFIG_INVALID */
export function withoutScripts(text: string, names: readonly string[], file: string): string {
  const manifest = parsed(text, file, packageShape)
  const left = Object.entries(manifest.scripts).filter(([name]) => !names.includes(name))
  if (left.length === Object.keys(manifest.scripts).length) return text
  return `${JSON.stringify({ ...manifest, scripts: Object.fromEntries(left) }, undefined, 2)}\n`
}

/** Version of a top-level package in a lock file; undefined where it has none. @throws CONFIG_INVALID */
export function versionsIn(text: string, file: string): (name: string) => string | undefined {
  const { packages } = parsed(text, file, lockShape)
  return (name) => packages[`node_modules/${name}`]?.version
}

/** Number of production packages in a lock file (version 2 or 3). @throws CONFIG_INVALID */
export function productionPackages(text: string, file: string): number {
  const { packages } = parsed(text, file, lockedShape)
  return Object.entries(packages).filter(
    ([path, { dev, link }]) => path !== "" && dev !== true && link !== true,
  ).length
}

/** A package that lies in the source: a directory that `node_modules` links to (`file:`, workspaces), or an archive. */
export interface LocalPackage {
  /** Relative to the component; it may lead out of it. */
  readonly path: string
  readonly kind: "directory" | "archive"
  readonly production: boolean
}

/** @throws CONFIG_INVALID */
export function localPackages(text: string, file: string): readonly LocalPackage[] {
  const { packages } = parsed(text, file, lockShapeWithLinks)
  return Object.values(packages).flatMap(({ link, resolved, dev }): LocalPackage[] => {
    if (resolved === undefined) return []
    const production = dev !== true
    if (link === true) return [{ path: resolved, kind: "directory", production }]
    return resolved.startsWith("file:")
      ? [{ path: resolved.slice("file:".length), kind: "archive", production }]
      : []
  })
}

/** A lock file of version 1 has no `packages`. */
const lockShapeWithLinks = lockedShape.extend({ packages: lockedShape.shape.packages.default({}) })

function parsed<S extends z.ZodType>(text: string, file: string, shape: S): z.output<S> {
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
