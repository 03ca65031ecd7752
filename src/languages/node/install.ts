import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { cacheName, onlyThese, toolContainer } from "../../toolbox/index.ts"
import { type ComponentRequest, workdir } from "../language.ts"
import { withSecretFiles } from "../secret-files.ts"
import { localPackages, manifestIn, withoutScripts } from "./manifest.ts"
import { ignoresScripts, npmSettings } from "./npmrc.ts"
import type { NodeComponent } from "./schema.ts"

type Request = ComponentRequest<NodeComponent>

/** The file that names every package by its version and content. */
export const lockFile = "package-lock.json"

/** The files that packages are installed from. */
export const manifestFiles: readonly string[] = ["package.json", lockFile]

/** The build secret that is npm's user configuration: tokens of private registries. */
const userConfig = { id: "npmrc", file: "/run/signalbox/npmrc", variable: "NPM_CONFIG_USERCONFIG" } as const

/** What npm runs of the project's own at the end of an installation, in its order; `npm ci` has no publishing. */
const installScripts = ["preinstall", "install", "postinstall"]
const prepareScripts = ["preprepare", "prepare", "postprepare"]

/** The project's own scripts that belong to an installation. */
export interface OwnScripts {
  /** They may change packages: patch them, or generate files in them. */
  readonly install: readonly string[]
  /** They prepare a checkout for its developers (`husky`): no part of an installation without development packages. */
  readonly prepare: readonly string[]
}

export function ownScriptsIn(scripts: Readonly<Record<string, string>>, settings: string): OwnScripts {
  const present = (names: readonly string[]) =>
    ignoresScripts(settings) ? [] : names.filter((name) => name in scripts)
  return { install: present(installScripts), prepare: present(prepareScripts) }
}

export async function ownScripts({ component, source }: Request): Promise<OwnScripts> {
  const file = `${component.path}/package.json`
  const directory = source.directory(component.path)
  return ownScriptsIn(
    manifestIn(await source.file(file).contents(), file).scripts,
    await settingsOf(directory),
  )
}

/**
 * Installs the packages of a lock file, and runs their scripts. Cached by manifest, lock file and the settings of `.npmrc`
 * alone: changed sources install nothing again. The project's own scripts are not run: they may need any file of the
 * source, see `runScripts`. npm's download cache belongs to one level of trust.
 */
export async function installPackages(
  request: Request,
  { production = false }: { readonly production?: boolean } = {},
): Promise<Container> {
  const { component, source, toolbox, trust } = request
  const downloads = "/root/.npm"
  const omitted = production ? ["--omit=dev"] : []
  const base = toolContainer(toolbox, "node")
    .withWorkdir(workdir)
    .withDirectory(workdir, await installInput(source.directory(component.path), component.path))
    .withMountedCache(downloads, dag.cacheVolume(cacheName("npm", trust)))
  const install = (container: Container) =>
    container.withExec(["npm", "ci", ...omitted, "--no-audit", "--no-fund", "--no-update-notifier"])
  return (await withSecretFiles(request.secrets, [userConfig], base, install)).withoutMount(downloads)
}

/** Runs the project's own scripts where its files are, each without the scripts before and after it: they are named, too. */
export function runScripts(container: Container, names: readonly string[]): Container {
  return names.reduce(
    (one, name) => one.withExec(["npm", "run", "--silent", "--ignore-scripts", name]),
    container,
  )
}

/** Removes development packages. What scripts changed in the others stays. */
export function withoutDevelopmentPackages(container: Container): Container {
  return container.withExec([
    ...["npm", "prune", "--omit=dev", "--ignore-scripts", "--offline"],
    ...["--no-audit", "--no-fund", "--no-update-notifier"],
  ])
}

async function installInput(tree: Directory, path: string): Promise<Directory> {
  const [files, manifest, lock, settings] = await Promise.all([
    onlyThese(tree, manifestFiles),
    tree.file("package.json").contents(),
    tree.file(lockFile).contents(),
    settingsOf(tree),
  ])
  const stripped = withoutScripts(manifest, [...installScripts, ...prepareScripts], `${path}/package.json`)
  const withManifest = stripped === manifest ? files : files.withNewFile("package.json", stripped)
  const withSettings = settings === "" ? withManifest : withManifest.withNewFile(".npmrc", settings)
  return localPackages(lock, `${path}/${lockFile}`)
    .filter(({ kind }) => kind === "archive")
    .reduce((all, archive) => all.withFile(archive.path, tree.file(archive.path)), withSettings)
}

async function settingsOf(tree: Directory): Promise<string> {
  const names = await tree.entries()
  return names.includes(".npmrc") ? npmSettings(await tree.file(".npmrc").contents()) : ""
}

/** The first line of npm's help, which npm prints after an error and which hides it. */
const usage = /^npm error (Clean install a project|Usage:)$/

/** npm's error lines of a failed `npm ci`, without the help after them. Null: npm printed no help. */
export function npmReason(lines: readonly string[]): readonly string[] | null {
  const end = lines.findIndex((line) => usage.test(line))
  return end < 0 ? null : lines.slice(0, end).filter((line) => /^npm error +\S/.test(line))
}
