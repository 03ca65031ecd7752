import { posix } from "node:path"
import { type Container, dag } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { onlyThese, toolIdentity, usedTool } from "../../toolbox/index.ts"
import type { ToolChecks } from "../check.ts"
import type { Fix } from "../fix.ts"
import { type ComponentRequest, type Language, type NamedPackages, workdir } from "../language.ts"
import { cleanPath, matching } from "../paths.ts"
import { type ChecksBeside, withAside } from "./beside.ts"
import { assertBuildable } from "./buildable.ts"
import { checksOf, type NodeFiles, usual } from "./checks.ts"
import { buildOutput, developmentContainer, placesAbove, staleOutput } from "./compile.ts"
import { detect } from "./detect.ts"
import { fixesOf } from "./fixes.ts"
import { imageOf } from "./image.ts"
import { buildExcludes } from "./inputs.ts"
import { reasonOf } from "./managers/catalogue.ts"
import { unreadableLock } from "./managers/errors.ts"
import { allPackages, asNpmLock, type Lock, packagesOf, versionFor } from "./managers/lock.ts"
import { type Member, neededBy } from "./managers/member.ts"
import { npm } from "./managers/npm.ts"
import { isFirstNpmLock, lockedPackages, readNpmLock, versionsIn } from "./managers/npm-lock.ts"
import { originsOf } from "./managers/origins.ts"
import { manifestIn } from "./manifest.ts"
import { isStandalone, standaloneLayout } from "./next.ts"
import { type Project, projectIfLocked, projectOf } from "./project.ts"
import { reachOf } from "./reach.ts"
import type { NodeComponent } from "./schema.ts"
import { codeLines, isSourceFile } from "./source-files.ts"

type Request = ComponentRequest<NodeComponent>

/** JavaScript and TypeScript with npm, pnpm or yarn and a lock file: services that Node runs, and static files that nginx serves. */
export const language: Language<NodeComponent> = {
  name: "node",
  hasNode: true,
  // A bundler's files are the same everywhere. Without platforms, it has the engine's own, as a service beside it.
  forAnyPlatform: ({ kind, platforms }) => kind === "static" && platforms !== undefined,
  detect,
  looksFor:
    "a package.json and a lock file of npm, pnpm or Yarn, its own or its workspace's, with a server, a start script, or a build of static files",
  manifest: ({ path }) => `${path}/package.json`,
  image: imageOf,
  assertBuildable,
  developmentContainer,
  developmentImage: async ({ toolbox }) => (await usedTool(toolbox, "node")).image ?? "unresolved",
  reasonIn: reasonOf,
  // It builds on the toolbox's images, which the toolbox file names by digest.
  unpinned: async () => [],
  checks,
  fixes,
  packages,
  sourceFiles,
  codeLines,
  leftOut,
  reach: reachOf,
  assertStarts,
}

async function packages(request: Request): Promise<NamedPackages> {
  await assertBuildable(request)
  const { name, component } = request
  const project = await projectOf(request)
  const { lock, lockPlace, manager, members, tree } = project
  const inImage = component.kind === "service"
  const originsIn = (read: Lock) => originsOf(read, lock, project.production, project.component)
  const own = [project.component, ...members].map(({ path }) =>
    posix.join(workdir.slice(1), path, "package.json"),
  )
  // npm tells of each package by itself whether it is for development; where several directories share the file, not for which of them.
  if (manager.name === "npm" && members.length === 1) {
    const { developmentPaths, ...counts } = lockedPackages(lock, lockPlace)
    return {
      files: await onlyThese(tree, ["package.json", manager.lockFile]),
      ...{ lockFile: lockPlace, ...counts, inImage },
      developmentFiles: developmentPaths.map((path) => `${workdir.slice(1)}/${path}/package.json`),
      ...(isFirstNpmLock(lock) ? {} : { origins: originsIn(readNpmLock(lock, lockPlace)) }),
      own,
    }
  }
  const read = await manager.readLock(lock, lockPlace, members)
  const production = packagesOf(read, project.production, false)
  const needed = packagesOf(read, [...project.production, ...project.beside], true)
  assertSeen(name, project, production.size + needed.size)
  const files = asNpmLock(inImage ? production.values() : needed.values())
  return {
    files: dag.directory().withNewFile("package-lock.json", files),
    ...{ lockFile: lockPlace, production: production.size, development: needed.size - production.size },
    developmentFiles: [],
    developmentPackages: [...allPackages(read).keys()].filter((one) => !production.has(one)),
    ...{ inImage, own, origins: originsIn(read) },
  }
}

/** A reader that found nothing where manifests name packages has not read the file. */
function assertSeen(name: string, { lockPlace, members, production, beside }: Project, found: number): void {
  const names = new Set(members.flatMap((one) => one.name ?? []))
  const wanted = [...production, ...beside].flatMap((one) =>
    neededBy({ ...one, peerDependencies: {}, optionalDependencies: {} }, true).filter(
      ([dependency, range]) => !names.has(dependency) && !/^(?:link|file|portal|workspace):/.test(range),
    ),
  )
  if (found > 0 || wanted.length === 0) return
  throw unreadableLock(
    lockPlace,
    `it names none of the packages of ${name}: ${wanted
      .slice(0, 3)
      .map(([one]) => one)
      .join(", ")}`,
  )
}

async function checks(request: Request): Promise<ToolChecks> {
  const [own, project] = await Promise.all([filesOf(request), projectIfLocked(request)])
  const beside = project === null ? [] : await checksBeside(request, project)
  return withAside(checksOf(own, request.component.scripts), beside)
}

/** The checks that the members of the workspace would have, with which the component is built. */
async function checksBeside({ toolbox }: Request, project: Project): Promise<readonly ChecksBeside[]> {
  if (project.beside.length === 0) return []
  const node = toolIdentity(toolbox, "node").version
  const versionOf = await lockedVersions(project)
  return Promise.all(
    project.beside.map(async (member): Promise<ChecksBeside> => {
      const manifest = posix.join(project.root, member.path, "package.json")
      const files: NodeFiles = {
        names: await project.tree.directory(member.path).entries(),
        namesAbove: await namesAbove(project, member),
        ...manifestIn(member.text, manifest),
        ...{ choosesFiles: false, node, manager: project.manager },
        version: versionOf(member),
      }
      return { manifest, checks: checksOf(files, usual), compiled: /\btsc\b/.test(files.scripts.build ?? "") }
    }),
  )
}

async function fixes(request: Request): Promise<readonly Fix[]> {
  return fixesOf(await filesOf(request), request.component.scripts.lint)
}

async function filesOf(request: Request): Promise<NodeFiles> {
  const { component, source, toolbox } = request
  const directory = source.directory(component.path)
  const names = await directory.entries()
  const jest = names.filter((name) => /^jest\.config\.[a-z]+$/.test(name))
  const project = await projectIfLocked(request)
  const own = project === null ? null : new Map(neededBy(project.component, true))
  const [manifest, version, ...settings] = await Promise.all([
    directory.file("package.json").contents(),
    project === null ? () => undefined : lockedVersions(project).then((of) => of(project.component)),
    ...jest.map((name) => directory.file(name).contents()),
  ])
  return {
    names,
    namesAbove: project === null ? [] : await namesAbove(project, project.component),
    ...manifestIn(manifest, `${component.path}/package.json`),
    choosesFiles: [manifest, ...settings].some((text) => text.includes("collectCoverageFrom")),
    node: toolIdentity(toolbox, "node").version,
    version,
    ofRoot: (of) => project !== null && project.component.path !== "." && own?.has(of) !== true,
    manager: project?.manager ?? npm,
  }
}

/** Names of what lies in the directories above a member, up to the lock file's. */
async function namesAbove({ tree }: Project, member: Member): Promise<readonly string[]> {
  const names = placesAbove(member).map((place) => (place === "." ? tree : tree.directory(place)).entries())
  return (await Promise.all(names)).flat()
}

/** Versions of packages that a member's checks start: its own, or those at the lock file. */
async function lockedVersions({ manager, lock, lockPlace, members }: Project) {
  if (manager.name === "npm" && members.length === 1) {
    const version = versionsIn(lock, lockPlace)
    return () => version
  }
  const read = await manager.readLock(lock, lockPlace, members)
  return (member: Member) => (name: string) => versionFor(read, [member, ...members.slice(0, 1)], name)
}

async function sourceFiles({ component, source }: Request): Promise<readonly string[]> {
  const files = await source.directory(component.path).glob("**")
  return files.filter(isSourceFile)
}

async function leftOut(request: Request): Promise<readonly string[]> {
  const directory = request.source.directory(request.component.path)
  return matching(directory, buildExcludes(await staleOutput(request)))
}

async function assertStarts(request: Request, image: Container): Promise<void> {
  const { name, component } = request
  if (component.kind !== "service") return
  await assertFiles(name, component.files, image)
  const entry = isStandalone(component) ? standaloneLayout(component).server : component.entry
  // The paths that Node tries for its argument.
  for (const end of ["", ".js", "/index.js"]) if (await image.exists(`${entry}${end}`)) return
  const output = (await buildOutput(request)) ?? "."
  const written = (await image.exists(output)) ? await image.directory(output).entries() : []
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${component.entry} is not in the image of ${name}`,
    where: `signalbox.yaml: components.${name}.entry`,
    why: `the script ${component.scripts.build} wrote to ${output}: ${written.slice(0, 8).join(", ") || "nothing"}`,
    next: "correct the entry: the file that Node runs, relative to the component's path",
  })
}

async function assertFiles(name: string, files: readonly string[], image: Container): Promise<void> {
  for (const file of files.map(cleanPath)) {
    if (await image.exists(file)) continue
    throw new SignalboxError("CONFIG_INVALID", {
      what: `${file} is not in the image of ${name}`,
      where: `signalbox.yaml: components.${name}.files`,
      why: "neither the source nor the build has it",
      next: "correct the path, relative to the component's path",
    })
  }
}
