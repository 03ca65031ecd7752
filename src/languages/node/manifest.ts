import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"

const scripts = z.record(z.string(), z.string())
const packageShape = z.looseObject({
  scripts: scripts.default({}),
  engines: z.looseObject({ node: z.string().optional() }).optional(),
})
const locked = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  dev: z.boolean().optional(),
  link: z.boolean().optional(),
  resolved: z.string().optional(),
})
/** Version 1, which npm wrote until its version 6, nests packages below those that require them. */
const nested = locked.extend({
  get dependencies() {
    return z.record(z.string(), nested).default({})
  },
})
const firstLockShape = z.looseObject({
  lockfileVersion: z.literal(1),
  dependencies: z.record(z.string(), nested).default({}),
})
const lockedShape = z.looseObject({ packages: z.record(z.string(), locked) })

type Locked = z.output<typeof locked>

/** Packages that a lock file names, each version once. */
export interface LockedPackages {
  /** For production. */
  readonly production: number
  /** For development alone. */
  readonly development: number
  /** Directories of the source that npm links, such as workspaces; they are in no other number. */
  readonly linked: LinkedPackages
  /** Where npm installs those for development alone: `node_modules/eslint`. */
  readonly developmentPaths: readonly string[]
}

/** Directories of the source that a package manager links. */
export interface LinkedPackages {
  readonly production: number
  readonly development: number
}

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
  const packages = new Map(entriesIn(text, file))
  return (name) => packages.get(`node_modules/${name}`)?.version
}

/** Counts the packages of a lock file of npm, of any version of its format. @throws CONFIG_INVALID */
export function lockedPackages(text: string, file: string): LockedPackages {
  const production = new Set<string>()
  const all = new Set<string>()
  const developmentPaths: string[] = []
  const linked = { production: 0, development: 0 }
  const entries = entriesIn(text, file)
  const byPath = new Map(entries)
  for (const [path, { name, version, dev, link, resolved = "" }] of entries) {
    // The component itself and its workspaces are no packages.
    if (!path.includes("node_modules/")) continue
    if (link === true) {
      // The link does not say it, the directory does.
      const isDevelopment = (byPath.get(resolved)?.dev ?? dev) === true
      linked[isDevelopment ? "development" : "production"] += 1
      continue
    }
    const id = `${name ?? path.slice(path.lastIndexOf("node_modules/") + 13)}@${version ?? path}`
    all.add(id)
    if (dev !== true) production.add(id)
    else developmentPaths.push(path)
  }
  return { production: production.size, development: all.size - production.size, linked, developmentPaths }
}

/** Packages by the path that they are installed to. */
function entriesIn(text: string, file: string): readonly (readonly [string, Locked])[] {
  const { lockfileVersion } = parsed(text, file, z.looseObject({ lockfileVersion: z.unknown().optional() }))
  if (lockfileVersion === 1) return nestedEntries("", parsed(text, file, firstLockShape).dependencies)
  return Object.entries(parsed(text, file, lockedShape).packages)
}

function nestedEntries(
  above: string,
  packages: Readonly<Record<string, z.output<typeof nested>>>,
): readonly (readonly [string, Locked])[] {
  return Object.entries(packages).flatMap(([name, one]) => {
    const path = `${above}node_modules/${name}`
    return [[path, one] as const, ...nestedEntries(`${path}/`, one.dependencies)]
  })
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
  return entriesIn(text, file).flatMap(([, { link, resolved = "", version = "", dev }]): LocalPackage[] => {
    // Version 1 names it as its version, whatever it is.
    if (version.startsWith("file:")) {
      const path = version.slice("file:".length)
      return [
        {
          path,
          kind: /\.(?:tgz|tar\.gz|tar)$/.test(path) ? "archive" : "directory",
          production: dev !== true,
        },
      ]
    }
    if (resolved === "") return []
    const production = dev !== true
    if (link === true) return [{ path: resolved, kind: "directory", production }]
    return resolved.startsWith("file:")
      ? [{ path: resolved.slice("file:".length), kind: "archive", production }]
      : []
  })
}

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
