import type { Container } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { onlyThese, toolIdentity, without } from "../../toolbox/index.ts"
import type { Checks } from "../check.ts"
import { type ComponentRequest, type Language, type NamedPackages, workdir } from "../language.ts"
import { checksOf, type NodeFiles } from "./checks.ts"
import { hasBuildStep, imageOf, withDevelopmentPackages } from "./image.ts"
import { gateExcludes, outputOf } from "./inputs.ts"
import { lockFile, manifestFiles, npmReason } from "./install.ts"
import { manifestIn, productionPackages, versionsIn } from "./manifest.ts"
import type { NodeComponent } from "./schema.ts"

type Request = ComponentRequest<NodeComponent>

/** JavaScript and TypeScript with npm and a lock file: services that Node runs, and static files that nginx serves. */
export const language: Language<NodeComponent> = {
  name: "node",
  hasNode: true,
  manifest: ({ path }) => `${path}/package.json`,
  image: imageOf,
  assertBuildable,
  developmentContainer,
  developmentImage: async ({ toolbox }) => toolIdentity(toolbox, "node").image ?? "unresolved",
  reasonIn: npmReason,
  // It builds on the toolbox's images, which the toolbox file names by digest.
  unpinned: async () => [],
  checks,
  packages,
  assertStarts,
}

async function packages({ name, component, source, ...rest }: Request): Promise<NamedPackages> {
  await assertBuildable({ ...rest, name, component, source })
  const directory = source.directory(component.path)
  const place = `${component.path}/${lockFile}`
  return {
    files: await onlyThese(directory, manifestFiles),
    lockFile: place,
    production: productionPackages(await directory.file(lockFile).contents(), place),
    inImage: component.kind === "service",
  }
}

async function assertBuildable({ name, component, source }: Request): Promise<void> {
  const lock = `${component.path}/${lockFile}`
  if (await source.exists(lock)) return
  const others = await Promise.all(
    otherLockFiles.map(async (file) => ((await source.exists(`${component.path}/${file}`)) ? [file] : [])),
  )
  const found = others.flat()
  throw new SignalboxError("CONFIG_INVALID", {
    what: `there is no ${lock} in the source`,
    where: `signalbox.yaml: components.${name}.path`,
    ...(found.length === 0
      ? { next: "correct the path, or commit the lock file: an image is made of exactly what it names" }
      : {
          why: `there is ${found.join(", ")}; of the package managers of Node, only npm is known`,
          next: "commit npm's lock file, or build the component by its own Dockerfile: language: dockerfile",
        }),
  })
}

/** Lock files of package managers that are not supported. */
const otherLockFiles = ["pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb"] as const

/** Packages of its lock file, and all sources, tests included. */
async function developmentContainer(request: Request): Promise<Container> {
  const { component, source } = request
  const output = (await hasBuildStep(request)) ? outputOf(component) : null
  const [installed, files] = await Promise.all([
    withDevelopmentPackages(request),
    without(source.directory(component.path), gateExcludes(output)),
  ])
  return installed
    .withDirectory(workdir, files)
    .withEnvVariable("CI", "true")
    .withEnvVariable("NO_COLOR", "1")
}

async function checks(request: Request): Promise<Checks> {
  const { component, source, toolbox } = request
  const directory = source.directory(component.path)
  const names = await directory.entries()
  const [manifest, lock] = await Promise.all([
    directory.file("package.json").contents(),
    // Without a lock file no package is installed, and the build reports it.
    names.includes(lockFile) ? directory.file(lockFile).contents() : "{}",
  ])
  const files: NodeFiles = {
    names,
    ...manifestIn(manifest, `${component.path}/package.json`),
    node: toolIdentity(toolbox, "node").version,
    version: versionsIn(lock, `${component.path}/${lockFile}`),
  }
  return checksOf(files, component.scripts)
}

async function assertStarts({ name, component }: Request, image: Container): Promise<void> {
  if (component.kind !== "service") return
  // The paths that Node tries for its argument.
  for (const end of ["", ".js", "/index.js"]) if (await image.exists(`${component.entry}${end}`)) return
  const output = outputOf(component)
  const written = (await image.exists(output)) ? await image.directory(output).entries() : []
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${component.entry} is not in the image of ${name}`,
    where: `signalbox.yaml: components.${name}.entry`,
    why: `the script ${component.scripts.build} wrote to ${output}: ${written.slice(0, 8).join(", ") || "nothing"}`,
    next: "correct the entry: the file that Node runs, relative to the component's path",
  })
}
