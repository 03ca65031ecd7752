import { posix } from "node:path"
import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { cacheName, onlyThese, toolContainer } from "../../toolbox/index.ts"
import { type ComponentRequest, workdir } from "../language.ts"
import { withSecretFiles } from "../secret-files.ts"
import type { InstallPlan, Pruning } from "./managers/manager.ts"
import type { Member } from "./managers/member.ts"
import { withManager } from "./managers/provide.ts"
import { registryOf } from "./managers/registry.ts"
import { withoutDevelopment, withoutScripts } from "./manifest.ts"
import { type Project, projectOf } from "./project.ts"
import type { NodeComponent } from "./schema.ts"

type Request = ComponentRequest<NodeComponent>

/** What a package manager runs of the project's own at the end of an installation, in its order. */
const installScripts = ["preinstall", "install", "postinstall"]
const prepareScripts = ["preprepare", "prepare", "postprepare"]

/** The project's own scripts that belong to an installation. */
export interface OwnScripts {
  /** They may change packages: patch them, or generate files in them. */
  readonly install: readonly string[]
  /** They prepare a checkout for its developers (`husky`): no part of an installation without development packages. */
  readonly prepare: readonly string[]
}

/** @param ignored whether the settings switch them off. @param runsPrepare whether the manager runs `prepare`, too. */
export function ownScriptsIn(
  scripts: Readonly<Record<string, string>>,
  ignored: boolean,
  runsPrepare = true,
): OwnScripts {
  const present = (names: readonly string[]) => (ignored ? [] : names.filter((name) => name in scripts))
  return { install: present(installScripts), prepare: runsPrepare ? present(prepareScripts) : [] }
}

export function ownScripts({ manager, settings }: Project, member: Member): OwnScripts {
  return ownScriptsIn(member.scripts, manager.ignoresScripts(settings), manager.runsPrepare)
}

/** Where a member of the project is in a container. */
export function placeOf({ path }: Pick<Member, "path">): string {
  return posix.join(workdir, path)
}

/**
 * Installs the packages of a lock file, and runs their scripts. Cached by manifests, lock file and the manager's settings alone: changed
 * sources install nothing again, and all components of a workspace share one installation. The project's own scripts are not run: they
 * may need any file of the source, see `runScripts`. The download cache belongs to one level of trust.
 */
export async function installPackages(request: Request): Promise<Container> {
  const project = await projectOf(request)
  const base = await installBase(request, project, project.members)
  return withPackages(request, project, base, project.manager.install)
}

/** The same with the packages that the component's image needs. */
export async function installForProduction(request: Request): Promise<Container> {
  const project = await projectOf(request)
  const { manager } = project
  const isPruned = manager.production.manifests === "needed"
  const base = await installBase(request, project, isPruned ? project.production : project.members, isPruned)
  const installed = await withPackages(request, project, base, manager.production.command(planOf(project)))
  if (manager.check === null) return installed
  // What is installed has fewer manifests than the lock file: whether that fits all of them is looked at first.
  const whole = await installBase(request, project, project.members)
  const checked = await withPackages(request, project, whole, manager.check)
  // Only a file of it is taken, outside of what an image gets: the engine then has to run it, and its failure is the build's.
  return installed.withFile("/signalbox/checked", checked.file(posix.join(workdir, manager.lockFile)))
}

/** How the packages of the image are left of all packages, with what scripts changed in them. @throws CONFIG_INVALID */
export function pruningOf(project: Project, scripts: string): Pruning {
  const { manager, root } = project
  if (manager.production.prune !== null) return manager.production.prune(planOf(project))
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${manager.title} would undo what ${scripts} changes in packages`,
    where: posix.join(root, "package.json"),
    why: "an image has packages for production alone, and it writes them anew for that",
    next: "run it in the script that builds; patch packages by patch: of yarn; call what only developers need prepare",
  })
}

/** Runs the project's own scripts of an installation where a member's files are, each without the scripts before and after it. */
export function runScripts(
  { manager }: Project,
  container: Container,
  member: Member,
  names: readonly string[],
): Container {
  return names.reduce(
    (one, name) => one.withExec([...manager.runAlone(name)]),
    container.withWorkdir(placeOf(member)),
  )
}

function planOf({ members, production }: Project): InstallPlan {
  return { members: production, isWorkspace: members.length > 1 }
}

/** The package manager in the toolbox's image of Node, with what it installs by. */
async function installBase(
  request: Request,
  project: Project,
  members: readonly Member[],
  forProduction = false,
): Promise<Container> {
  const { toolbox, trust, secrets } = request
  const { manager, version, root, lockPlace, settings } = project
  const isNamed = version?.hash !== undefined || /"packageManager"/.test(project.members[0]?.text ?? "")
  const because = isNamed ? `${posix.join(root, "package.json")}: packageManager` : lockPlace
  const registry = await registryOf({ toolbox, secrets, manager, settings })
  const input = await installInput(project, { members, forProduction, registry: registry.address })
  const base = await withManager(toolContainer(toolbox, "node"), toolbox, { manager, version, because })
  return Object.entries({ ...manager.environment, ...registry.environment })
    .reduce((one, [name, value]) => one.withEnvVariable(name, value), base)
    .withWorkdir(workdir)
    .withDirectory(workdir, input)
    .withMountedCache(manager.downloads, dag.cacheVolume(cacheName(manager.title.replace(" ", "-"), trust)))
}

async function withPackages(
  { secrets }: Request,
  { manager, component }: Project,
  base: Container,
  command: readonly string[],
): Promise<Container> {
  const install = (container: Container) => container.withExec([...command])
  const installed = await withSecretFiles(secrets, [manager.userConfig], base, install)
  return installed.withoutMount(manager.downloads).withWorkdir(placeOf(component))
}

interface Input {
  readonly members: readonly Member[]
  readonly forProduction: boolean
  readonly registry: string | null
}

/** The files that packages are installed from, of some of the members. */
async function installInput(
  project: Project,
  { members, forProduction, registry }: Input,
): Promise<Directory> {
  const { tree, manager, lock, settings, local } = project
  const lockText = registry === null ? lock : (manager.lockAt?.(lock, registry) ?? lock)
  const top = await onlyThese(tree, [
    ...(lockText === lock ? [manager.lockFile] : []),
    ...manager.installFiles.filter((name) => !name.includes("/")),
  ])
  const nested = await Promise.all(
    manager.installFiles
      .filter((name) => name.includes("/"))
      .map(async (name) => ((await tree.exists(name)) ? [name] : [])),
  )
  const withNested = nested.flat().reduce((all, name) => all.withDirectory(name, tree.directory(name)), top)
  const withLock = lockText === lock ? withNested : withNested.withNewFile(manager.lockFile, lockText)
  const withSettings = Object.entries(settings).reduce(
    (all, [name, text]) => all.withNewFile(name, text),
    withLock,
  )
  const withLocal = local.reduce((all, { path, kind }) => {
    if (kind === "archive") return all.withFile(path, tree.file(path))
    // npm links such a directory, others copy it.
    return manager.name === "npm" ? all : all.withDirectory(path, tree.directory(path))
  }, withSettings)
  return members.reduce((all, member) => {
    const file = posix.join(member.path, "package.json")
    const text = manifestOf(project, member, forProduction)
    return text === member.text ? all.withFile(file, tree.file(file)) : all.withNewFile(file, text)
  }, withLocal)
}

/** The manifest of a member without its own scripts of an installation: an unchanged one stays as it is, byte for byte. */
function manifestOf({ root }: Project, { path, text }: Member, forProduction: boolean): string {
  const file = posix.join(root, path, "package.json")
  const stripped = withoutScripts(text, [...installScripts, ...prepareScripts], file)
  return forProduction ? withoutDevelopment(stripped, file) : stripped
}
