import { parseAllDocuments } from "yaml"
import { z } from "zod"
import { unreadableLock } from "./errors.ts"
import type { Lock, LockedPackage } from "./lock.ts"
import type { Member } from "./member.ts"

const versions = z.record(z.string(), z.string()).default({})
const resolved = z
  .record(z.string(), z.union([z.string(), z.looseObject({ version: z.string() })]))
  .default({})
  .transform((all) =>
    Object.fromEntries(
      Object.entries(all).map(([name, one]) => [name, typeof one === "string" ? one : one.version]),
    ),
  )
const importer = z.looseObject({
  dependencies: resolved,
  devDependencies: resolved,
  optionalDependencies: resolved,
})
const entry = z.looseObject({
  name: z.string().optional(),
  version: z.union([z.string(), z.number()]).transform(String).optional(),
  dependencies: versions,
  optionalDependencies: versions,
})
const document = z.looseObject({
  lockfileVersion: z.union([z.string(), z.number()]).transform(String),
  importers: z.record(z.string(), importer.nullable()).optional(),
  packages: z.record(z.string(), entry.nullable()).default({}),
  snapshots: z.record(z.string(), entry.nullable()).optional(),
})

type Document = z.output<typeof document>

/** Version of the form of a lock file of pnpm: `9.0`. Undefined: it says none. */
export function pnpmLockVersion(text: string): string | undefined {
  // Since pnpm 11, a document before the project's own may name pnpm itself: both are of one version.
  return /^lockfileVersion: *['"]?([\d.]+)/m.exec(text)?.[1]
}

/** @throws CONFIG_INVALID */
export async function readPnpmLock(text: string, file: string): Promise<Lock> {
  const lock = await projectIn(text, file)
  const major = Number.parseInt(lock.lockfileVersion, 10)
  const keyOf = keysOf(major)
  const entries = lock.snapshots ?? lock.packages
  const packages = new Map<string, LockedPackage>()
  for (const [key, found] of Object.entries(entries)) {
    const needed = { ...found?.optionalDependencies, ...found?.dependencies }
    const needs = Object.entries(needed).flatMap(([name, version]) => keyOf(name, version))
    packages.set(key, { ...identityOf(key, major, lock.packages, file), needs })
  }
  // A project of one directory has no list of several in older versions.
  const own = importer.parse(lock)
  const importers = lock.importers ?? { ".": own }
  return {
    packages,
    resolve({ path }: Member, name) {
      const one = importers[path]
      const version = one?.dependencies[name] ?? one?.optionalDependencies[name] ?? one?.devDependencies[name]
      return version === undefined ? [] : keyOf(name, version).filter((key) => packages.has(key))
    },
  }
}

/** The document that names the project's packages, and not that which names pnpm itself. */
async function projectIn(text: string, file: string): Promise<Document> {
  const all = parseAllDocuments(text)
  if (!Array.isArray(all)) throw unreadableLock(file, "it is empty")
  const problem = all.flatMap(({ errors }) => errors)[0]
  if (problem !== undefined) throw unreadableLock(file, problem.message.split("\n")[0] ?? "")
  const documents = all.map((one): unknown => one.toJS({ maxAliasCount: 0 }))
  const project = documents.filter((one) => !namesPnpm(one))
  if (project.length !== 1)
    throw unreadableLock(file, `it has ${project.length} documents that name packages`)
  const result = document.safeParse(project[0])
  if (result.success) return result.data
  throw unreadableLock(file, z.prettifyError(result.error))
}

const environment = z.looseObject({
  importers: z.looseObject({
    ".": z.looseObject({
      packageManagerDependencies: z.unknown().optional(),
      configDependencies: z.unknown().optional(),
    }),
  }),
})

function namesPnpm(one: unknown): boolean {
  const result = environment.safeParse(one)
  if (!result.success) return false
  const { packageManagerDependencies, configDependencies } = result.data.importers["."]
  return packageManagerDependencies !== undefined || configDependencies !== undefined
}

/** Key of what a dependency leads to; none for a directory of the source. An alias names the whole key. */
function keysOf(major: number): (name: string, version: string) => readonly string[] {
  return (name, version) => {
    if (version.startsWith("link:")) return []
    if (major >= 9) return [isKey(version) ? version : `${name}@${version}`]
    if (version.startsWith("/") || version.startsWith("file:") || version.includes("/")) return [version]
    return [major < 6 ? `/${name}/${version}` : `/${name}@${version}`]
  }
}

/** Whether a version of form 9 is that of another package: `other@1.0.0`, but not `file:…` and `https://…@…`. */
function isKey(version: string): boolean {
  return /^(?:@[^/@]+\/)?[^/@:()]+@/.test(version)
}

function identityOf(
  key: string,
  major: number,
  packages: Document["packages"],
  file: string,
): Pick<LockedPackage, "name" | "version"> {
  const plain = withoutPeers(key, major)
  const { name, version } = packages[plain] ?? packages[key] ?? {}
  const separator = major < 6 ? "/" : "@"
  const path = major < 9 ? plain.replace(/^[^/@]*\//, "") : plain
  const at = path.indexOf(separator, path.startsWith("@") ? path.indexOf("/") + 1 : 0)
  const found = {
    name: name ?? path.slice(0, Math.max(at, 0)),
    version: version ?? path.slice(at + 1),
  }
  // A version that no advisory can be compared with would be passed over in silence.
  if (at < 0 || found.name === "" || !/^\d+\.\d+\.\d+/.test(found.version))
    throw unreadableLock(file, `the version of ${key} is not known`)
  return found
}

/** A package's key without the packages that were chosen for its peers. */
function withoutPeers(key: string, major: number): string {
  const end = major < 6 ? key.indexOf("_", key.lastIndexOf("/")) : key.indexOf("(")
  return end < 0 ? key : key.slice(0, end)
}
