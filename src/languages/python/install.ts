import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { program } from "../../toolbox/index.ts"
import { emptyEnvironment, withDownloads } from "./base.ts"
import { isDevelopment } from "./manager.ts"
import { installPlace, venvPython } from "./places.ts"
import { type Project, projectOf, type Request } from "./project.ts"

/** uv and Poetry by their exact versions and hashes: see installers/README.md. */
const installerDirectory = "/opt/installer"
export const installerProgram = (name: "uv" | "poetry") => `${installerDirectory}/bin/${name}`

/**
 * The packages of the image: those of the lock file, without development packages. Cached by lock file and manifest
 * alone: changed sources install nothing again.
 */
export async function productionPackages(request: Request): Promise<Container> {
  const project = await projectOf(request)
  const base = await withManager(request, await emptyEnvironment(request), project)
  const input = await installInput(request, project)
  const placed = base.withDirectory(installPlace, input).withWorkdir(installPlace)
  return withDownloads(request, placed, (container) => run(container, productionCommands(project)))
}

/** The same with what checks need besides: the packages of the image are not installed a second time. */
export async function developmentPackages(request: Request): Promise<Container> {
  const project = await projectOf(request)
  const installed = await productionPackages(request)
  const commands = developmentCommands(project, request.component.developmentGroups)
  return withDownloads(request, installed, (container) => run(container, commands))
}

const run = (container: Container, commands: readonly (readonly string[])[]): Container =>
  commands.reduce((one, command) => one.withExec([...command]), container)

const pip = ["python3", "-m", "pip", "--python", venvPython] as const
const pipInstall = [...pip, "install", "--no-deps", "--no-compile"] as const
/** A requirement file that leaves out what its packages need would start an image that ends at its first import. */
const pipCheck = [...pip, "check"] as const

export function productionCommands(project: Project): readonly (readonly string[])[] {
  const { manager, lockFile, extras, groups } = project
  switch (manager) {
    case "pip":
      return [[...pipInstall, "--requirement", lockFile], pipCheck]
    case "uv":
      return [[...uvSyncOf(project), ...named("--extra", extras), ...named("--group", groups)]]
    case "poetry":
      return [[...poetryInstall, "--only", ["main", ...groups].join(","), ...named("--extras", extras)]]
  }
}

/** @param chosen groups and extras that signalbox.yaml names. Default: what development usually has. */
export function developmentCommands(
  project: Project,
  chosen: readonly string[] | undefined,
): readonly (readonly string[])[] {
  const { manager, development, extras, groups, pyproject } = project
  if (manager === "pip")
    return development === undefined ? [] : [[...pipInstall, "--requirement", development], pipCheck]
  const known = Object.keys(pyproject?.extras ?? {})
  const others = (pyproject?.groups ?? []).filter((group) => group !== "cpu" && group !== "gpu")
  const wantedGroups = chosen === undefined ? others : chosen.filter((name) => !known.includes(name))
  const wantedExtras =
    chosen === undefined ? known.filter(isDevelopment) : chosen.filter((name) => known.includes(name))
  const allExtras = [...new Set([...extras, ...wantedExtras])]
  const allGroups = [...new Set([...groups, ...wantedGroups])]
  if (manager === "uv")
    return [
      [...uvSyncOf(project), ...named("--extra", allExtras), ...named("--group", allGroups)],
      ...ofRoot(project, chosen),
    ]
  const only = ["--only", ["main", ...allGroups].join(",")]
  return [[...poetryInstall, ...only, ...named("--extras", allExtras)]]
}

const uvSync = [installerProgram("uv"), "sync", "--locked", "--no-install-project", "--no-editable"] as const

function uvSyncOf({ workspace }: Project): readonly string[] {
  const member = workspace === undefined ? [] : ["--package", workspace.package]
  return [...uvSync, ...member, "--no-default-groups"]
}

/** The groups of a workspace's root besides: the tools of all its members are often there. */
function ofRoot(
  { workspace }: Project,
  chosen: readonly string[] | undefined,
): readonly (readonly string[])[] {
  const groups = (workspace?.groups ?? []).filter((one) =>
    chosen === undefined ? one !== "cpu" && one !== "gpu" : chosen.includes(one),
  )
  return groups.length === 0 ? [] : [[...uvSync, "--inexact", ...named("--only-group", groups)]]
}
const poetryInstall = [installerProgram("poetry"), "install", "--no-root", "--no-ansi"] as const

const named = (option: string, values: readonly string[]): readonly string[] =>
  values.flatMap((value) => [option, value])

/** The program that reads the lock file; pip comes with Python. */
async function withManager(request: Request, base: Container, { manager }: Project): Promise<Container> {
  if (manager === "pip") return base
  const list = `/signalbox/${manager}.txt`
  const placed = base
    .withExec(["python3", "-m", "venv", installerDirectory])
    .withFile(list, program(`src/languages/python/installers/${manager}.txt`))
  const install = ["-m", "pip", "install", "--no-compile", "--require-hashes", "--requirement", list]
  return withDownloads(request, placed, (container) =>
    container.withExec([`${installerDirectory}/bin/python`, ...install]),
  )
}

/** The files that packages are installed from, and the directories of component or workspace that are packages, alone. */
async function installInput(
  { component, source }: Request,
  { inputs, locked, workspace }: Project,
): Promise<Directory> {
  const directory = source.directory(workspace?.root ?? component.path)
  const files = inputs.reduce((all, path) => all.withFile(path, directory.file(path)), dag.directory())
  return locked.local.reduce((all, path) => all.withDirectory(path, directory.directory(path)), files)
}
