import { posix } from "node:path"
import type { Assumed, Detected, SourceTree } from "../detected.ts"
import { type OwnModule, type Program, programsIn, serviceOf } from "./detect-program.ts"
import { healthIn, portIn } from "./detect-sources.ts"
import { ownGoFiles } from "./inputs.ts"
import { type ModuleFile, readModuleFile } from "./module-file.ts"
import { component } from "./schema.ts"

/**
 * A component for each workspace, and each module that is in none, which has a main package. Of several, the one that is
 * a server or is named like the module; the others are told. Where no file says which one it is, there is none.
 */
export async function detect(tree: SourceTree): Promise<readonly Detected[]> {
  const manifests = tree.paths.filter((path) => /(?:^|\/)go\.(?:mod|work)$/.test(path))
  const read = new Map<string, ModuleFile>()
  for (const path of manifests) read.set(path, readModuleFile(await tree.read(path), path))
  const used = new Set(
    [...read].flatMap(([path, { used: all }]) =>
      all.map(({ directory }) => posix.join(posix.dirname(path), directory).replace(/\/$/, "")),
    ),
  )
  const modules = [...read].map(([path, { module }]) => ({ module, directory: posix.dirname(path) }))
  const found = await Promise.all(
    [...read].map(async ([path, file]) => {
      const directory = posix.dirname(path)
      const isWorkspace = path.endsWith("go.work")
      if (!isWorkspace && (used.has(directory) || read.has(posix.join(directory, "go.work")))) return []
      const nested = [...read.keys()]
        .map((one) => posix.dirname(one))
        .filter((one) => one !== directory && isBelow(one, directory) && !(isWorkspace && used.has(one)))
      return detectedIn(tree, directory, { place: path, module: file.module, nested, modules })
    }),
  )
  return found.flat()
}

const isBelow = (path: string, directory: string): boolean =>
  directory === "." || path.startsWith(`${directory}/`)

interface About {
  readonly place: string
  readonly module: string
  /** Directories of other modules in it. */
  readonly nested: readonly string[]
  readonly modules: readonly OwnModule[]
}

async function detectedIn(tree: SourceTree, path: string, about: About): Promise<readonly Detected[]> {
  const own = ownGoFiles(tree.paths).filter(
    (one) => isBelow(one, path) && !about.nested.some((other) => isBelow(one, other)),
  )
  const programs = await programsIn(tree, path, own, about.modules)
  const names = (of: readonly Program[]) => of.map(({ main }) => main).join(", ")
  if (programs.length === 0) return []
  const service = serviceOf(programs, about.module)
  if (service === undefined)
    return [
      {
        ...{ path, because: `${about.place} has several main packages`, settings: [], isChecked: true },
        notBuilt: `no file says which of its programs is the service: ${names(programs)}`,
      },
    ]
  const others = programs.filter((one) => one !== service)
  const told = others.length === 0 ? "" : `, and no component: ${names(others)}`
  const file = service.files[0]?.path ?? service.main
  const main = { setting: "main", value: `./${service.main}`, because: `${file}: package main` }
  return [
    {
      path,
      because: `${about.place}, and ${file} is a main package${told}`,
      settings: [...(service.main === "." ? [] : accepted(main)), ...portOf(service), ...healthOf(service)],
    },
  ]
}

/** What its main package says counts before what it imports: the address of a client may be there. */
function portOf({ files, imported }: Program): readonly Assumed[] {
  const found = portIn(files) ?? portIn(imported)
  if (found === null || found === "several") return []
  return accepted({ setting: "port", value: found.value, because: `${found.path}: ${found.text}` })
}

function healthOf({ files, imported }: Program): readonly Assumed[] {
  const found = healthIn(files) ?? healthIn(imported)
  if (found === null) return []
  return accepted({ setting: "health", value: found.value, because: `${found.path}: ${found.text}` })
}

/** What a component cannot say is no setting: the default is then told. */
function accepted(one: Assumed): readonly Assumed[] {
  const shape = component.shape[one.setting as keyof typeof component.shape]
  return shape.safeParse(one.value).success ? [one] : []
}
