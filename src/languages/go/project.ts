import { posix } from "node:path"
import type { Directory } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import type { ComponentRequest } from "../language.ts"
import { isDirectory, type ModuleFile, readModuleFile } from "./module-file.ts"
import type { GoComponent } from "./schema.ts"

export type Request = ComponentRequest<GoComponent>

/** A module of a component. */
export interface GoModule {
  /** Its directory, relative to the component, which itself is `.`. */
  readonly directory: string
  /** Its go.mod, relative to the source root. */
  readonly place: string
  readonly file: ModuleFile
}

/** The modules that a component's directory has. */
export interface GoProject {
  /** go.work; null where the directory is one module. */
  readonly workspace: { readonly place: string; readonly file: ModuleFile } | null
  readonly modules: readonly GoModule[]
  /** Whether the modules that it requires lie in `vendor`. */
  readonly vendored: boolean
}

/** Patterns that name all packages of all its modules. */
export function allPackages({ modules }: Pick<GoProject, "modules">): readonly string[] {
  return modules.map(({ directory }) => (directory === "." ? "./..." : `./${directory}/...`))
}

/** @throws CONFIG_INVALID where there is no module, one lies outside, or a file cannot be read */
export async function projectOf({ name, component, source }: Request): Promise<GoProject> {
  const directory = source.directory(component.path)
  const place = (path: string) => posix.join(component.path, path)
  const there = new Set(await directory.entries())
  const vendored = await directory.exists("vendor/modules.txt")
  if (there.has("go.work")) {
    const file = readModuleFile(await directory.file("go.work").contents(), place("go.work"))
    const modules = await Promise.all(
      file.used.map(({ directory: used, line }) =>
        usedModule(directory, used, { place, line, workspace: place("go.work") }),
      ),
    )
    assertInside(modules, { place: place("go.work"), file })
    return { workspace: { place: place("go.work"), file }, modules, vendored }
  }
  if (!there.has("go.mod")) throw noModule(name, place("go.mod"))
  const file = readModuleFile(await directory.file("go.mod").contents(), place("go.mod"))
  const modules = [{ directory: ".", place: place("go.mod"), file }]
  assertInside(modules)
  return { workspace: null, modules, vendored }
}

function noModule(name: string, place: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `there is no ${place} in the source`,
    where: `signalbox.yaml: components.${name}.path`,
    why: "a Go program is built from the directory of its module, or of its workspace (go.work)",
    next: "correct the path: the directory of go.mod or go.work; main names the package below it",
  })
}

async function usedModule(
  directory: Directory,
  used: string,
  at: { readonly place: (path: string) => string; readonly line: number; readonly workspace: string },
): Promise<GoModule> {
  const clean = posix.normalize(used).replace(/\/$/, "")
  const where = `${at.workspace}:${at.line}`
  if (leadsOut(clean)) throw outside(where, `use ${used}`)
  const manifest = posix.join(clean, "go.mod")
  if (!(await directory.exists(manifest)))
    throw new SignalboxError("CONFIG_INVALID", {
      what: `there is no ${at.place(manifest)} in the source`,
      where,
      why: `the workspace uses ${used}`,
      next: "commit the module, or take it out of go.work",
    })
  const place = at.place(manifest)
  return { directory: clean, place, file: readModuleFile(await directory.file(manifest).contents(), place) }
}

/** @throws CONFIG_INVALID where a module is replaced by a directory that is not in the component's */
function assertInside(modules: readonly GoModule[], workspace?: Pick<GoModule, "place" | "file">): void {
  const all = [...modules, ...(workspace === undefined ? [] : [{ directory: ".", ...workspace }])]
  for (const { directory, place, file } of all)
    for (const one of file.replaced.filter(isDirectory))
      if (one.by.startsWith("/") || leadsOut(posix.join(directory, one.by)))
        throw outside(`${place}:${one.line}`, `replace ${one.path} => ${one.by}`)
}

const leadsOut = (path: string): boolean => /^(?:\.\.(?:\/|$)|\/)/.test(posix.normalize(path))

function outside(where: string, line: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `a module leads out of the component: ${line}`,
    where,
    why: "a component is built from its own directory alone",
    next: "set path to the directory that has both, and main to the package below it",
  })
}
