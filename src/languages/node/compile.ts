import { posix } from "node:path"
import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { onlyThese, program, without } from "../../toolbox/index.ts"
import { type ComponentRequest, workdir } from "../language.ts"
import { buildExcludes, gateExcludes, neverInput, notForBuild, outputOf } from "./inputs.ts"
import { installPackages, ownScripts, placeOf, runScripts } from "./install.ts"
import type { Member } from "./managers/member.ts"
import { manifestIn } from "./manifest.ts"
import { isStandalone } from "./next.ts"
import { type Project, projectOf } from "./project.ts"
import { vitestSettings } from "./runner.ts"
import type { NodeComponent } from "./schema.ts"

type Request = ComponentRequest<NodeComponent>

/** All packages and the build's sources, after the project's own scripts of an installation. */
export async function prepared(request: Request): Promise<Container> {
  return withSources(request, buildExcludes(await buildOutput(request)))
}

/** First stage: all packages, and the output of the build script. */
export async function compiled(request: Request): Promise<Container> {
  const { manager } = await projectOf(request)
  const container = await prepared(request)
  const build = (one: Container) => one.withExec([...manager.run(request.component.scripts.build)])
  if (!isStandalone(request.component)) return build(container)
  return build(
    container
      .withEnvVariable("NEXT_PRIVATE_STANDALONE", "true")
      .withEnvVariable("NEXT_TELEMETRY_DISABLED", "1"),
  )
}

/** Packages of its lock file, and all sources, tests included, for the gates. */
export async function developmentContainer(request: Request): Promise<Container> {
  const project = await projectOf(request)
  const container = await withSources(request, gateExcludes(await staleOutput(request)))
  // Settings of checks that lie at the lock file are no part of a build.
  const settings = project.component.path === "." ? dag.directory() : await topFiles(project, neverInput)
  return container
    .withDirectory(workdir, settings)
    .withFile(vitestSettings, program("src/languages/node/vitest-settings.ts"))
    .withFile("/signalbox/source-files.ts", program("src/languages/node/source-files.ts"))
    .withEnvVariable("CI", "true")
    .withEnvVariable("NO_COLOR", "1")
}

async function withSources(request: Request, excludes: readonly string[]): Promise<Container> {
  const project = await projectOf(request)
  const { component, tree } = project
  const [shared, files] = await Promise.all([
    withMembers(request, project),
    without(component.path === "." ? tree : tree.directory(component.path), excludes),
  ])
  const own = ownScripts(project, component)
  return runScripts(project, shared.withDirectory(placeOf(component), files), component, [
    ...own.install,
    ...own.prepare,
  ])
}

/**
 * The members of the workspace that the component needs, built in their order: what is the same for its build and its checks. A change
 * to another member, or to a directory that none of them names, runs nothing again.
 */
async function withMembers(request: Request, project: Project): Promise<Container> {
  const installed = await installPackages(request)
  const { component, beside, members, manager } = project
  if (component.path === "." && beside.length === 0) return installed
  const sources = await membersSources(project)
  const [own] = members
  const atTop = own === undefined || component === own ? [] : [own]
  const withFiles = installed.withDirectory(workdir, sources)
  const built = [...atTop, ...beside].reduce((one, member) => {
    const { install, prepare } = ownScripts(project, member)
    const prepared = runScripts(project, one, member, [...install, ...prepare])
    if (member.path === "." || !("build" in member.scripts)) return prepared
    return prepared.withWorkdir(placeOf(member)).withExec([...manager.run("build")])
  }, withFiles)
  return built.withWorkdir(placeOf(component))
}

async function membersSources(project: Project): Promise<Directory> {
  const { tree, beside, component, named, local, manager } = project
  const top =
    component.path === "." ? dag.directory() : await topFiles(project, [...neverInput, ...notForBuild])
  const places = [
    ...beside.map(({ path }) => path),
    ...named,
    ...(manager.name === "npm"
      ? local.filter(({ kind }) => kind === "directory").map(({ path }) => path)
      : []),
  ]
  const there = await Promise.all(places.map(async (path) => ((await tree.exists(path)) ? [path] : [])))
  return there.flat().reduce(async (all, path) => {
    const isDirectory = (await tree.glob(path)).some((one) => one === `${path}/`)
    if (!isDirectory) return (await all).withFile(path, tree.file(path))
    return (await all).withDirectory(
      path,
      await without(tree.directory(path), [...neverInput, ...notForBuild]),
    )
  }, Promise.resolve(top))
}

/** Files directly beside the lock file, and in the directories between it and the component, that patterns do not name. */
async function topFiles({ tree, component }: Project, patterns: readonly string[]): Promise<Directory> {
  return placesAbove(component).reduce(async (all, place) => {
    const directory = place === "." ? tree : tree.directory(place)
    const names = (await directory.entries()).filter((name) => !name.endsWith("/"))
    const files = await without(await onlyThese(directory, names), patterns)
    return (await all).withDirectory(posix.join("/", place), files)
  }, Promise.resolve(dag.directory()))
}

/** The directories above a member, from the lock file's down. */
export function placesAbove({ path }: Pick<Member, "path">): readonly string[] {
  if (path === ".") return []
  const above = path.split("/").slice(0, -1)
  return [".", ...above.map((_, index) => above.slice(0, index + 1).join("/"))]
}

/** The directory of its own that the build writes, relative to the component; null: it writes among the sources. */
export function buildOutput({ component, source }: Request): Promise<string | null> {
  return outputOf(component, (path) => source.exists(`${component.path}/${path}`))
}

/** The same where a script writes it: what the source has there is from an earlier build. */
export async function staleOutput(request: Request): Promise<string | null> {
  return (await hasBuildStep(request)) ? buildOutput(request) : null
}

/**
 * Whether a script builds the content of the image. A component whose package.json has no script `build` is plain
 * JavaScript, or static files; a script that signalbox.yaml names and that does not exist is an error of the build.
 */
export async function hasBuildStep({ component, source }: Request): Promise<boolean> {
  if (component.scripts.build !== "build") return true
  const file = `${component.path}/package.json`
  return "build" in manifestIn(await source.file(file).contents(), file).scripts
}
