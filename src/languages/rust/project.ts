import { posix } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
import type { ComponentRequest } from "../language.ts"
import { type LockedCrates, readLock } from "./lock.ts"
import { type CargoManifest, readManifest } from "./manifest.ts"
import type { RustComponent } from "./schema.ts"

export type Request = ComponentRequest<RustComponent>

export const lockFile = "Cargo.lock"

/** The packages that a component's directory has. */
export interface RustProject {
  readonly manifests: readonly CargoManifest[]
  readonly lock: LockedCrates
  /** All files, relative to the component. */
  readonly paths: readonly string[]
}

/** What Cargo and its packages leave behind, and packages of others. */
const aside = /(?:^|\/)(?:target|vendor|node_modules|\.[^/]*)\//

/** @throws CONFIG_INVALID where a manifest or the lock file is missing, cannot be read, or leads out of the component */
export async function projectOf({ name, component, source }: Request): Promise<RustProject> {
  const directory = source.directory(component.path)
  const place = (path: string) => posix.join(component.path, path)
  const paths = (await directory.glob("**")).filter((path) => !path.endsWith("/") && !aside.test(path))
  if (!paths.includes("Cargo.toml"))
    throw missing(
      name,
      place("Cargo.toml"),
      "a Rust program is built from the directory of its package or workspace",
    )
  if (!paths.includes(lockFile))
    throw missing(
      name,
      place(lockFile),
      "a program is made of exactly what it names",
      "run cargo generate-lockfile there and commit Cargo.lock, or correct the path",
    )
  const files = paths.filter((path) => posix.basename(path) === "Cargo.toml")
  const manifests = await Promise.all(
    files.map(async (file) => readManifest(await directory.file(file).contents(), file, place(file))),
  )
  for (const manifest of manifests) assertInside(manifest, place)
  const lock = readLock(await directory.file(lockFile).contents(), place(lockFile))
  return { manifests, lock, paths }
}

function missing(name: string, place: string, why: string, next = "correct the path"): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `there is no ${place} in the source`,
    where: `signalbox.yaml: components.${name}.path`,
    ...{ why, next },
  })
}

function assertInside({ file, directories }: CargoManifest, place: (path: string) => string): void {
  const outside = directories.filter((path) => /^(?:\.\.(?:\/|$)|\/)/.test(path))
  if (outside.length === 0) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `a package leads out of the component: ${outside.join(", ")}`,
    where: place(file),
    why: "a component is built from its own directory alone",
    next: "set path to the directory of the workspace that has both, and bin to the program",
  })
}

/** A program that a component can be built to. */
export interface BinTarget {
  readonly name: string
  /** Name of the package that has it. */
  readonly package: string
}

/** Binary targets of all packages, as Cargo finds them. */
export function binsOf({ manifests, paths }: Pick<RustProject, "manifests" | "paths">): readonly BinTarget[] {
  return manifests.flatMap((manifest) => {
    const { name: of } = manifest
    if (of === undefined) return []
    const own = posix.dirname(manifest.file)
    const claimed = new Set(
      manifest.bins.flatMap(({ path }) => (path === undefined ? [] : [posix.join(own, path)])),
    )
    const inferred = manifest.autobins
      ? paths.flatMap((path) => {
          const name = inferredName(posix.relative(own, path), of)
          return name === undefined || claimed.has(path) ? [] : [name]
        })
      : []
    const names = new Set([...manifest.bins.map(({ name }) => name), ...inferred])
    return [...names].map((name) => ({ name, package: of }))
  })
}

function inferredName(path: string, packageName: string): string | undefined {
  if (path === "src/main.rs") return packageName
  return /^src\/bin\/([^/]+?)(?:\.rs|\/main\.rs)$/.exec(path)?.[1]
}

/** The target that is built. @throws CONFIG_INVALID where it is not there, or several are and none is named */
export function binOf(
  { name, component }: Pick<Request, "name" | "component">,
  project: RustProject,
): BinTarget {
  const all = binsOf(project)
  const root = project.manifests.find(({ file }) => file === "Cargo.toml")
  const wanted = component.bin ?? root?.defaultRun
  const matching = wanted === undefined ? all : all.filter((one) => one.name === wanted)
  const [only, second] = matching
  if (only !== undefined && second === undefined) return only
  const own = matching.find((one) => one.package === root?.name && one.name === root.name)
  if (own !== undefined) return own
  const names = [...new Set(all.map((one) => one.name))]
  throw new SignalboxError("CONFIG_INVALID", {
    what:
      wanted === undefined || matching.length > 1
        ? `it is not known which program of ${name} is built`
        : `${name} has no binary target ${wanted}`,
    where: `signalbox.yaml: components.${name}.bin`,
    why:
      names.length === 0
        ? "its packages have none: a library alone makes no image"
        : `there are ${names.join(", ")}`,
    next: names.length === 0 ? "correct the path" : `name the one to build: bin: ${names[0]}`,
  })
}
