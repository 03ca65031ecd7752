import { posix } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
import type { Placed, Pom } from "./pom.ts"
import { readPom } from "./pom.ts"

/** A pom in the source. */
export interface PomFile {
  /** Its directory, relative to the source root. */
  readonly directory: string
  /** Its path, relative to the source root. */
  readonly file: string
  readonly pom: Pom
}

/** A component's module, and what Maven has to know to build it. Paths are relative to the source root. */
export interface Project {
  readonly component: PomFile
  /** Directory that Maven is started for: the outermost one whose modules lead to the component. */
  readonly root: string
  /** Every pom of the reactor, the component's with it. */
  readonly modules: readonly PomFile[]
  /** The component's pom, its parents in the source, and theirs. */
  readonly chain: readonly PomFile[]
  /** Those of the chain that no module is: they lie elsewhere in the source. */
  readonly parents: readonly PomFile[]
  /** The directories of the modules that the component may be made of: itself, and what it names. */
  readonly needed: readonly string[]
}

/** Reads a pom by its path; undefined where there is none. */
export type ReadPom = (file: string) => Promise<string | undefined>

/** @throws CONFIG_INVALID where it has no pom.xml, or one that cannot be read */
export async function projectOf(name: string, path: string, read: ReadPom): Promise<Project> {
  const load = poms(read)
  const component = await load(posix.join(path, "pom.xml"))
  if (component === undefined)
    throw new SignalboxError("CONFIG_INVALID", {
      what: `there is no ${posix.join(path, "pom.xml")} in the source`,
      where: `signalbox.yaml: components.${name}.path`,
      next: "correct the path: the directory of the Maven module that is the service",
    })
  const modules = await reactorOf(component, load)
  const chain = await chainOf(component, load)
  const root = modules[0]?.directory ?? component.directory
  return {
    component,
    root,
    modules,
    chain,
    parents: chain.filter(({ file }) => !modules.some((one) => one.file === file)),
    needed: neededBy(component, modules),
  }
}

type Load = (file: string) => Promise<PomFile | undefined>

function poms(read: ReadPom): Load {
  const known = new Map<string, Promise<PomFile | undefined>>()
  return (path) => {
    const file = posix.normalize(path)
    const found = known.get(file) ?? loaded(file, read)
    known.set(file, found)
    return found
  }
}

async function loaded(file: string, read: ReadPom): Promise<PomFile | undefined> {
  if (file.startsWith("../")) return undefined
  const text = await read(file)
  return text === undefined ? undefined : { directory: posix.dirname(file), file, pom: readPom(text, file) }
}

/** The poms of the outermost directory whose modules lead to the component; its own first. */
async function reactorOf(component: PomFile, load: Load): Promise<readonly PomFile[]> {
  let found = await modulesOf(component, load)
  for (let directory = component.directory; directory !== "."; ) {
    directory = posix.dirname(directory)
    const above = await load(posix.join(directory, "pom.xml"))
    if (above === undefined) continue
    const modules = await modulesOf(above, load)
    if (modules.some(({ file }) => file === component.file)) found = modules
  }
  return found
}

async function modulesOf(pom: PomFile, load: Load): Promise<readonly PomFile[]> {
  const below = await Promise.all(
    pom.pom.modules.map(async ({ value }) => {
      const path = posix.join(pom.directory, value)
      const one = await load(value.endsWith(".xml") ? path : posix.join(path, "pom.xml"))
      return one === undefined ? [] : modulesOf(one, load)
    }),
  )
  return [pom, ...below.flat()]
}

/** A parent in the source is that one only if it is called so: Maven compares, too. */
async function chainOf(pom: PomFile, load: Load): Promise<readonly PomFile[]> {
  const { parent } = pom.pom
  if (parent === undefined || parent.path === null) return [pom]
  const above = await load(posix.join(pom.directory, parent.path))
  if (above === undefined || above.pom.artifact.value !== parent.artifact) return [pom]
  return [pom, ...(await chainOf(above, load))]
}

/** More than it depends on at most: every module that a needed one names anywhere. */
function neededBy(component: PomFile, modules: readonly PomFile[]): readonly string[] {
  const needed = new Set([component])
  for (const one of needed)
    for (const other of modules) if (one.pom.artifacts.has(other.pom.artifact.value)) needed.add(other)
  return [...needed].map(({ directory }) => directory)
}

/** Where a value of the project was read. */
export interface Setting extends Placed {
  readonly file: string
}

/** A property as Maven sees it: of the pom itself, else of its parents in the source. */
export function propertyOf({ chain }: Pick<Project, "chain">, name: string): Setting | undefined {
  for (const { pom, file } of chain) {
    const found = pom.properties.get(name)
    if (found !== undefined) return { ...found, value: resolved({ chain }, found.value), file }
  }
  return undefined
}

/** `${java.version}` in a value; a name that nothing in the source has stays. */
export function resolved(project: Pick<Project, "chain">, value: string, depth = 0): string {
  if (depth > 8) return value
  return value.replaceAll(/\$\{([\w.-]+)\}/g, (all, name: string) => {
    const found = project.chain.flatMap(({ pom }) => pom.properties.get(name) ?? [])[0]
    return found === undefined ? all : resolved(project, found.value, depth + 1)
  })
}

/** A plugin that the project configures for the component's build; undefined where no pom in the source does. */
export function pluginOf({ chain }: Pick<Project, "chain">, artifact: string) {
  const found = chain.flatMap(({ pom, file }) =>
    pom.plugins.filter((one) => one.artifact === artifact).map((plugin) => ({ ...plugin, file })),
  )
  const [first] = found
  if (first === undefined) return undefined
  return { ...first, executions: found.flatMap(({ executions }) => executions) }
}
