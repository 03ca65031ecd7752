import type { Container } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { onlyThese, toolIdentity, usedTool } from "../../toolbox/index.ts"
import type { Checks } from "../check.ts"
import type { Fix } from "../fix.ts"
import { type ComponentRequest, type Language, type NamedPackages, workdir } from "../language.ts"
import { cleanPath, matching } from "../paths.ts"
import { assertBuildable } from "./buildable.ts"
import { checksOf, type NodeFiles } from "./checks.ts"
import { buildOutput, developmentContainer, staleOutput } from "./compile.ts"
import { detect } from "./detect.ts"
import { fixesOf } from "./fixes.ts"
import { imageOf } from "./image.ts"
import { buildExcludes } from "./inputs.ts"
import { lockFile, manifestFiles, npmReason } from "./install.ts"
import { lockedPackages, manifestIn, versionsIn } from "./manifest.ts"
import { reachOf } from "./reach.ts"
import type { NodeComponent } from "./schema.ts"
import { codeLines, isSourceFile } from "./source-files.ts"

type Request = ComponentRequest<NodeComponent>

/** JavaScript and TypeScript with npm and a lock file: services that Node runs, and static files that nginx serves. */
export const language: Language<NodeComponent> = {
  name: "node",
  hasNode: true,
  detect,
  looksFor:
    "a package.json beside npm's package-lock.json, with a server, a start script, or a build of static files",
  manifest: ({ path }) => `${path}/package.json`,
  image: imageOf,
  assertBuildable,
  developmentContainer,
  developmentImage: async ({ toolbox }) => (await usedTool(toolbox, "node")).image ?? "unresolved",
  reasonIn: npmReason,
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

async function packages({ name, component, source, ...rest }: Request): Promise<NamedPackages> {
  await assertBuildable({ ...rest, name, component, source })
  const directory = source.directory(component.path)
  const place = `${component.path}/${lockFile}`
  const { developmentPaths, ...counts } = lockedPackages(await directory.file(lockFile).contents(), place)
  return {
    files: await onlyThese(directory, manifestFiles),
    lockFile: place,
    ...counts,
    developmentFiles: developmentPaths.map((path) => `${workdir.slice(1)}/${path}/package.json`),
    inImage: component.kind === "service",
  }
}

async function checks(request: Request): Promise<Checks> {
  return checksOf(await filesOf(request), request.component.scripts)
}

async function fixes(request: Request): Promise<readonly Fix[]> {
  return fixesOf(await filesOf(request), request.component.scripts.lint)
}

async function filesOf({ component, source, toolbox }: Request): Promise<NodeFiles> {
  const directory = source.directory(component.path)
  const names = await directory.entries()
  const jest = names.filter((name) => /^jest\.config\.[a-z]+$/.test(name))
  const [manifest, lock, ...settings] = await Promise.all([
    directory.file("package.json").contents(),
    // Without a lock file no package is installed, and the build reports it.
    names.includes(lockFile) ? directory.file(lockFile).contents() : '{"packages":{}}',
    ...jest.map((name) => directory.file(name).contents()),
  ])
  return {
    names,
    ...manifestIn(manifest, `${component.path}/package.json`),
    choosesFiles: [manifest, ...settings].some((text) => text.includes("collectCoverageFrom")),
    node: toolIdentity(toolbox, "node").version,
    version: versionsIn(lock, `${component.path}/${lockFile}`),
  }
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
  // The paths that Node tries for its argument.
  for (const end of ["", ".js", "/index.js"]) if (await image.exists(`${component.entry}${end}`)) return
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
