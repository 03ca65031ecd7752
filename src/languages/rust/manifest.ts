import { posix } from "node:path"
import { z } from "zod"
import { tomlIn } from "../toml.ts"

const target = z.looseObject({ name: z.string().optional(), path: z.string().optional() })
const inherited = z.looseObject({ workspace: z.literal(true) })

const dependency = z.union([
  z.string(),
  z.looseObject({
    path: z.string().optional(),
    package: z.string().optional(),
    version: z.string().optional(),
    workspace: z.boolean().optional(),
  }),
])
const dependencies = z.record(z.string(), dependency).default({})

const shape = z.looseObject({
  package: z
    .looseObject({
      name: z.string(),
      "rust-version": z.union([z.string(), inherited]).optional(),
      "default-run": z.string().optional(),
      autobins: z.boolean().default(true),
      build: z.union([z.string(), z.boolean(), z.array(z.string())]).optional(),
    })
    .optional(),
  lib: target.optional(),
  bin: z.array(target).default([]),
  example: z.array(target).default([]),
  test: z.array(target).default([]),
  bench: z.array(target).default([]),
  dependencies,
  "dev-dependencies": dependencies,
  "build-dependencies": dependencies,
  workspace: z
    .looseObject({
      members: z.array(z.string()).default([]),
      package: z.looseObject({ "rust-version": z.string().optional() }).optional(),
      dependencies,
    })
    .optional(),
  lints: z.looseObject({ clippy: z.unknown().optional(), workspace: z.boolean().optional() }).optional(),
})

/** A Cargo.toml, by what counts for builds and checks. */
export interface CargoManifest {
  /** Its file, relative to the component. */
  readonly file: string
  /** Name of its package; undefined where it is the manifest of a workspace alone. */
  readonly name: string | undefined
  /** The oldest Rust that it says it runs on, where it says one itself. */
  readonly rustVersion: string | undefined
  readonly defaultRun: string | undefined
  readonly isWorkspace: boolean
  /** Binary targets that it names. */
  readonly bins: readonly { readonly name: string; readonly path: string | undefined }[]
  readonly autobins: boolean
  /** Files that Cargo misses when it reads the manifest, relative to the component. */
  readonly namedFiles: readonly string[]
  /** Directories of the source that it depends on, relative to the component. */
  readonly directories: readonly string[]
  /** What it depends on, in the lock file as well; what it inherits from its workspace stands there. */
  readonly requirements: readonly Requirement[]
  /** Whether it says how strict Clippy is. */
  readonly hasClippySettings: boolean
}

/** A dependency by its name in the manifest. */
export interface Requirement {
  readonly name: string
  /** Name of the package, where the manifest gives it another one. */
  readonly crate: string
  readonly version: string | undefined
  /** Whether it is a directory of the source. */
  readonly isLocal: boolean
}

/** @param file relative to the component. @throws CONFIG_INVALID */
export function readManifest(text: string, file: string, place: string): CargoManifest {
  const read = tomlIn(text, place, shape)
  const own = posix.dirname(file)
  const at = (path: string) => posix.join(own, path)
  const version = read.package?.["rust-version"] ?? read.workspace?.package?.["rust-version"]
  return {
    file,
    name: read.package?.name,
    rustVersion: typeof version === "string" ? version : undefined,
    defaultRun: read.package?.["default-run"],
    isWorkspace: read.workspace !== undefined,
    bins: read.bin.flatMap(({ name, path }) => (name === undefined ? [] : [{ name, path }])),
    autobins: read.package?.autobins ?? true,
    namedFiles: namedFiles(read).map(at),
    directories: directoriesIn(read).map(at),
    requirements: requirementsIn(read),
    hasClippySettings: read.lints?.clippy !== undefined,
  }
}

type Read = z.output<typeof shape>

function namedFiles(read: Read): readonly string[] {
  const build = read.package?.build
  const builds = typeof build === "string" ? [build] : Array.isArray(build) ? build : []
  const usual: readonly [readonly z.output<typeof target>[], string][] = [
    [read.bin, "src/bin"],
    [read.example, "examples"],
    [read.test, "tests"],
    [read.bench, "benches"],
  ]
  const targets = usual.flatMap(([all, directory]) =>
    all.flatMap(({ name = "", path }) =>
      path === undefined ? [`${directory}/${name}.rs`, `${directory}/${name}/main.rs`] : [path],
    ),
  )
  return [...builds, ...(read.lib?.path === undefined ? [] : [read.lib.path]), ...targets]
}

/** Those of a workspace count where a member inherits them, and a lock file has only what is used. */
function requirementsIn(read: Read): readonly Requirement[] {
  const all = [read.dependencies, read["dev-dependencies"], read["build-dependencies"]]
  return all.flatMap((one) =>
    Object.entries(one).flatMap(([name, of]): Requirement[] => {
      if (typeof of === "string") return [{ name, crate: name, version: of, isLocal: false }]
      if (of.workspace === true) return []
      return [{ name, crate: of.package ?? name, version: of.version, isLocal: of.path !== undefined }]
    }),
  )
}

function directoriesIn(read: Read): readonly string[] {
  const all = [
    ...[read.dependencies, read["dev-dependencies"], read["build-dependencies"]],
    ...(read.workspace === undefined ? [] : [read.workspace.dependencies]),
  ]
  return all.flatMap((one) =>
    Object.values(one).flatMap((of) => (typeof of === "string" || of.path === undefined ? [] : [of.path])),
  )
}
