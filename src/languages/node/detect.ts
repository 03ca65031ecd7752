import { posix } from "node:path"
import { z } from "zod"
import type { Assumed, Detected, SourceTree } from "../detected.ts"
import { cleanPath } from "../paths.ts"
import { buildScripts, type Framework, frameworks, startScripts, usualEntries } from "./detect-frameworks.ts"
import { isOfMember, lockFor, lockTreeOf } from "./detect-lock.ts"
import { asNextBuilds, nextHealthIn } from "./detect-next.ts"
import { codeFilesOf, healthIn, type PortSaid, portIn } from "./detect-sources.ts"
import { nodeAskedFor } from "./detect-version.ts"
import type { LockPlace, Tree } from "./lock-place.ts"
import { manifestIn } from "./manifest.ts"
import { isStandaloneEntry } from "./next.ts"
import { startedFile } from "./started.ts"

const packages = z.record(z.string(), z.unknown()).catch({})
const shape = z.looseObject({
  main: z.string().optional().catch(undefined),
  dependencies: packages,
  devDependencies: packages,
})

/** A component's directory, and what its package.json says. */
interface Package {
  readonly path: string
  readonly manifest: string
  readonly scripts: Readonly<Record<string, string>>
  readonly main: string | undefined
  /** Its packages: of the image, and all of them. */
  readonly packages: readonly string[]
  readonly all: readonly string[]
  /** Whether the source has a file of the component. */
  has(file: string): boolean
}

/** A component for each package.json that names a server, a build of static files, or a program that is started. */
export async function detect(tree: SourceTree): Promise<readonly Detected[]> {
  const files = tree.paths.filter((path) => posix.basename(path) === "package.json")
  const locks = lockTreeOf(tree)
  const found = await Promise.all(files.map((file) => detectedIn(file, tree, locks)))
  return found.filter((one) => one !== null)
}

async function detectedIn(file: string, tree: SourceTree, locks: Tree): Promise<Detected | null> {
  const text = await tree.read(file)
  const { scripts, node } = manifestIn(text, file)
  const { main, dependencies, devDependencies } = shape.parse({
    dependencies: {},
    devDependencies: {},
    ...(JSON.parse(text) as object),
  })
  const path = posix.dirname(file)
  const present = new Set(tree.paths)
  const one: Package = {
    ...{ path, manifest: file, scripts, main },
    packages: Object.keys(dependencies),
    all: [...Object.keys(dependencies), ...Object.keys(devDependencies)],
    has: (name) => present.has(path === "." ? name : `${path}/${name}`),
  }
  const known = frameworkOf(one)
  const framework = known?.has === "next" ? await asNextBuilds(known, tree, path, locks) : known
  const program = framework?.kind === "static" ? null : programOf(one, framework)
  if (framework === undefined && program === null) return null
  const lock = await lockFor(locks, path)
  if (program !== null && typeof lock !== "string" && lock.root === path && isOfMember(program.entry, lock))
    return null
  const kind = framework?.kind ?? "service"
  const told = framework === undefined ? `${file}: ${program?.because}` : `${file} has ${framework.has}`
  const problem = framework?.notBuilt ?? notBuilt(one, kind, program, lock)
  // What is not built asks for nothing.
  if (problem !== undefined) return { path, because: told, settings: [], notBuilt: problem }
  const version = await nodeAskedFor(tree, path, node)
  const settings =
    framework !== undefined && kind === "static"
      ? await staticSettings(one, framework, tree)
      : await serviceSettings(one, program, tree)
  const kindSetting = { setting: "kind", value: kind, because: told }
  const because = version === null ? told : `${told}; ${version}`
  return { path, because, settings: [kindSetting, ...settings] }
}

function frameworkOf(one: Package): Framework | undefined {
  return frameworks.find(
    ({ has, kind, beside }) =>
      (kind === "service" ? one.packages : one.all).includes(has) &&
      (beside === undefined || one.has(beside)),
  )
}

/** The file that Node runs, and what says so. */
interface Program {
  readonly entry: string
  readonly because: string
}

function programOf(one: Package, framework: Framework | undefined): Program | null {
  for (const name of startScripts) {
    const file = startedFile(one.scripts[name] ?? "", one.main, one.scripts)
    if (file !== null) return { entry: asInSource(one, file), because: `scripts.${name}` }
  }
  if (framework === undefined) return null
  if (framework.entry !== undefined) return { entry: framework.entry, because: `${framework.has} builds it` }
  const main = one.main === undefined ? undefined : asInSource(one, one.main)
  if (main !== undefined && (one.has(main) || buildScript(one) !== undefined))
    return { entry: main, because: "main" }
  const usual = usualEntries.find((file) => one.has(file))
  return usual === undefined ? null : { entry: usual, because: `there is ${usual}` }
}

/** A path as Node finds its file: `src/server` is `src/server.js`, `.` is `index.js`. */
function asInSource(one: Package, file: string): string {
  const path = cleanPath(file)
  const tried = path === "" ? ["index.js"] : [path, `${path}.js`, `${path}/index.js`]
  return (
    tried.find((name) => one.has(name)) ??
    (/\.\w+$/.test(path) || path === "" ? (tried[0] ?? path) : `${path}.js`)
  )
}

function buildScript(one: Package): string | undefined {
  return buildScripts.find((name) => name in one.scripts)
}

/** What keeps a component from being built; undefined where nothing does. */
function notBuilt(
  one: Package,
  kind: "service" | "static",
  program: Program | null,
  lock: LockPlace | string,
): string | undefined {
  if (typeof lock === "string") return lock
  if (kind === "static") return buildScript(one) === undefined ? "no script builds its files" : undefined
  if (program === null) return "neither a script nor main tells what starts it"
  if (program.entry.startsWith("../")) return `${program.because} starts ${program.entry}, outside of it`
  if (one.has(program.entry) || buildScript(one) !== undefined) return undefined
  return `${program.because} starts ${program.entry}, which is not in the source, and no script builds it`
}

/** What the built-in nginx configuration says (nginx/default.conf). */
const served: readonly Assumed[] = [
  { setting: "port", value: 8080, because: "the built-in nginx listens on it", ofImage: true },
  { setting: "health", value: "/health", because: "the built-in nginx answers it", ofImage: true },
]

async function staticSettings(
  one: Package,
  { output = "dist", has, settings }: Framework,
  tree: SourceTree,
): Promise<readonly Assumed[]> {
  const files =
    settings === undefined
      ? []
      : tree.paths.filter(
          (path) => posix.dirname(path) === one.path && settings.files.test(posix.basename(path)),
        )
  const [file] = files
  const named =
    file === undefined || settings === undefined ? undefined : settings.names.exec(await tree.read(file))?.[1]
  const directory = named === undefined ? "" : cleanPath(named)
  return [
    ...script(one),
    directory === "" || directory.startsWith("..")
      ? { setting: "output", value: output, because: `${has} writes there` }
      : { setting: "output", value: directory, because: `${file}: outDir` },
    ...served,
  ]
}

/** Each file is a question to the engine: those of a larger component would take longer than its port is worth. */
const mostFiles = 400

async function serviceSettings(
  one: Package,
  program: Program | null,
  tree: SourceTree,
): Promise<readonly Assumed[]> {
  if (program === null) return []
  const all = codeFilesOf(one.path, tree.paths)
  // Of some files alone, nothing is certain.
  const files = all.length > mostFiles ? [] : all
  const texts = await Promise.all(files.map(async (file) => [file, await tree.read(file)] as const))
  const sources = new Map(texts)
  const port = portIn(sources)
  const health = healthIn(sources) ?? (await nextHealthIn(tree, one.path))
  return [
    { setting: "entry", value: program.entry, because: `${one.manifest}: ${program.because}` },
    ...(one.has(program.entry) ? [] : script(one)),
    ...portSettings(port, program),
    ...(health === null
      ? []
      : [{ setting: "health", value: health.value, because: `${health.file} answers it` }]),
  ]
}

function portSettings(port: PortSaid, { entry }: Program): readonly Assumed[] {
  if (port !== null && !("several" in port))
    return [{ setting: "port", value: port.value, because: `${port.file} listens on it` }]
  if (!isStandaloneEntry(entry)) return []
  const because = "the image tells the server of Next.js its port"
  return [{ setting: "port", value: 8080, because, ofImage: true }]
}

/** The name of the script that builds, where it is not the usual one. */
function script(one: Package): readonly Assumed[] {
  const name = buildScript(one)
  if (name === undefined || name === "build") return []
  return [{ setting: "scripts.build", value: name, because: `${one.manifest}: scripts.${name}` }]
}
