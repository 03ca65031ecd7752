import { z } from "zod"
import { parsed } from "../manifest.ts"
import type { LocalPackage } from "./local.ts"
import type { Lock, LockedPackage } from "./lock.ts"

const locked = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  dev: z.boolean().optional(),
  link: z.boolean().optional(),
  resolved: z.string().optional(),
})
const ranges = z.record(z.string(), z.string()).default({})
const needing = locked.extend({
  dependencies: ranges,
  optionalDependencies: ranges,
  peerDependencies: ranges,
  // Other forms than a text are of times long ago, and mean nothing that could be relied on.
  license: z.string().optional().catch(undefined),
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

/** Version of a top-level package in a lock file; undefined where it has none. @throws CONFIG_INVALID */
export function versionsIn(text: string, file: string): (name: string) => string | undefined {
  const packages = new Map(entriesIn(text, file))
  return (name) => packages.get(`node_modules/${name}`)?.version
}

/** Whether it is of the form that npm wrote until its version 6: that does not say where a component's own packages begin. */
export function isFirstNpmLock(text: string): boolean {
  return /"lockfileVersion"\s*:\s*1\b/.test(text)
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

/**
 * A lock file of npm 7 or later, whose paths are those of the installation: a package gets what lies nearest to it.
 * @throws CONFIG_INVALID
 */
export function readNpmLock(text: string, file: string): Lock {
  const { packages: entries } = parsed(text, file, z.looseObject({ packages: z.record(z.string(), needing) }))
  const keyFrom = (place: string, name: string): readonly string[] => {
    for (const directory of upwards(place)) {
      const key = `${directory}node_modules/${name}`
      const entry = entries[key]
      if (entry !== undefined) return entry.link === true ? [] : [key]
    }
    return []
  }
  const packages = Object.entries(entries).flatMap(([path, entry]): [string, LockedPackage][] => {
    if (!path.includes("node_modules/") || entry.link === true) return []
    const name = entry.name ?? path.slice(path.lastIndexOf("node_modules/") + 13)
    const wanted = { ...entry.peerDependencies, ...entry.optionalDependencies, ...entry.dependencies }
    const needs = Object.keys(wanted).flatMap((one) => keyFrom(`${path}/`, one))
    const license = entry.license === undefined ? {} : { license: entry.license }
    return [[path, { name, version: entry.version ?? path, needs, ...license }]]
  })
  return {
    packages: new Map(packages),
    resolve: (member, name) => keyFrom(member.path === "." ? "" : `${member.path}/`, name),
  }
}

/** A directory and those above it, each with a slash at its end; the lock file's own is "". */
function upwards(place: string): readonly string[] {
  const names = place.split("/").slice(0, -1)
  return names.map((_, index) => `${names.slice(0, names.length - index).join("/")}/`).concat("")
}
