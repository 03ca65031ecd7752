import { posix } from "node:path"
import type { Directory } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import type { ComponentRequest } from "../language.ts"
import type { Locked } from "./lock-graph.ts"
import { developmentFiles, requirementFiles } from "./manager.ts"
import { eachOnce } from "./names.ts"
import { type Requirement, requirementsIn } from "./requirements.ts"
import type { PythonComponent } from "./schema.ts"

type Request = ComponentRequest<PythonComponent>

export interface PipFiles {
  /** The file that names the packages of the image, relative to the component. */
  readonly lockFile: string
  /** The one with those of its checks; undefined where there is none. */
  readonly development: string | undefined
  /** Both, with all that they include. */
  readonly inputs: readonly string[]
  readonly locked: Locked
}

/** The requirement files of a component, with all that they include. @throws CONFIG_INVALID with the line */
export async function pipFiles(request: Request, directory: Directory): Promise<PipFiles> {
  const { component } = request
  const lockFile = component.requirements ?? (await firstOf(directory, requirementFiles(component.variant)))
  if (lockFile === undefined || !(await directory.exists(lockFile))) throw noRequirements(request, lockFile)
  const wanted = component.developmentRequirements
  const development = wanted ?? (await firstOf(directory, developmentFiles))
  if (wanted !== undefined && !(await directory.exists(wanted)))
    throw missingFile(request, wanted, "developmentRequirements")
  const production = await readAll(directory, component.path, [lockFile])
  const all = await readAll(directory, component.path, development === undefined ? [] : [development])
  const own = new Set(production.packages.map((one) => one.name))
  return {
    ...{ lockFile, development },
    inputs: [...new Set([...production.files, ...all.files])],
    locked: {
      production: versionsIn(production.packages),
      development: versionsIn(all.packages.filter((one) => !own.has(one.name))),
      local: [],
    },
  }
}

function versionsIn(packages: readonly Requirement[]) {
  return eachOnce(packages.flatMap(({ name, version }) => (version === undefined ? [] : [{ name, version }])))
}

/** Requirement files, read. */
interface Requirements {
  readonly packages: readonly Requirement[]
  readonly files: readonly string[]
}

/** Requirement files with those that they include. Constraints name nothing to install, and are handed on as they are. */
async function readAll(directory: Directory, path: string, files: readonly string[]): Promise<Requirements> {
  const read = new Map<string, ReturnType<typeof requirementsIn>>()
  const named = new Set<string>()
  const open = files.map((file) => ({ file, constraint: false, from: "" }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { file, constraint, from } = next
    if (file.startsWith("../") || !(await directory.exists(file))) throw notIncluded(file, from)
    named.add(file)
    if (constraint || read.has(file)) continue
    const one = requirementsIn(await directory.file(file).contents(), `${path}/${file}`)
    read.set(file, one)
    for (const include of one.includes)
      open.push({
        file: posix.normalize(posix.join(posix.dirname(file), include.path)),
        constraint: include.constraint,
        from: `${path}/${file}:${include.line}`,
      })
  }
  return { packages: [...read.values()].flatMap(({ packages }) => packages), files: [...named] }
}

async function firstOf(directory: Directory, files: readonly string[]): Promise<string | undefined> {
  for (const file of files) if (await directory.exists(file)) return file
  return undefined
}

function noRequirements(request: Request, file: string | undefined): SignalboxError {
  const { component } = request
  if (file !== undefined) return missingFile(request, file, "requirements")
  return missingFile(request, requirementFiles(component.variant)[0] ?? "requirements.txt", "variant")
}

function missingFile({ name, component }: Request, file: string, setting: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `there is no ${component.path}/${file} in the source`,
    where: `signalbox.yaml: components.${name}.${setting}`,
    next: "correct the setting, or commit the file",
  })
}

function notIncluded(file: string, where: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `a requirement file names ${file}, which is not in the component's directory`,
    where,
    next: "correct the path, or commit the file",
  })
}
