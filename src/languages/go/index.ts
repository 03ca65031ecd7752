import { posix } from "node:path"
import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { toolIdentity } from "../../toolbox/index.ts"
import type { ToolChecks } from "../check.ts"
import type { Fix } from "../fix.ts"
import type { Language, NamedPackages } from "../language.ts"
import { matching, ownDirectory } from "../paths.ts"
import { programIn } from "../static-image.ts"
import { assertBuildable } from "./buildable.ts"
import { checksOf } from "./checks.ts"
import { developmentContainer } from "./container.ts"
import { detect } from "./detect.ts"
import { imageOf } from "./image.ts"
import { notForBuild, ownGoFiles } from "./inputs.ts"
import { downloadedModules } from "./module-file.ts"
import { type GoProject, projectOf, type Request } from "./project.ts"
import { goReason } from "./reason.ts"
import type { GoComponent } from "./schema.ts"

/** Go modules and workspaces: one static program on an empty base, compiled for its platform and not run to be built. */
export const language: Language<GoComponent> = {
  name: "go",
  hasNode: false,
  forAnyPlatform: () => true,
  detect,
  looksFor: "a go.mod with a main package",
  manifest: ({ path }) => posix.join(path, "go.mod"),
  assertBuildable,
  developmentContainer,
  developmentImage: async ({ toolbox }) => toolIdentity(toolbox, "go").image ?? "unresolved",
  checks,
  fixes,
  reasonIn: goReason,
  packages,
  leftOut,
  // A module that leads out of the directory is refused.
  reach: ownDirectory,
  // It builds on the toolbox's images, which the toolbox file names by digest.
  unpinned: async () => [],
  image: imageOf,
  assertStarts,
}

async function checks(request: Request): Promise<ToolChecks> {
  const { component, source, toolbox } = request
  const directory = source.directory(component.path)
  const [project, names, paths] = await Promise.all([
    projectOf(request),
    directory.entries(),
    directory.glob("**/*.go"),
  ])
  return checksOf({
    ...{ project, names, sources: ownGoFiles(paths).toSorted() },
    ...{ go: toolIdentity(toolbox, "go").version, tags: component.tags },
  })
}

async function fixes({ component, source }: Request): Promise<readonly Fix[]> {
  const files = ownGoFiles(await source.directory(component.path).glob("**/*.go")).toSorted()
  return files.length === 0 ? [] : [{ tool: "gofmt", command: ["gofmt", "-w", ...files], ended: [0] }]
}

/** What go.mod requires. The program itself says what of it was linked, and its scan is the image's. */
async function packages(request: Request): Promise<NamedPackages> {
  await assertBuildable(request)
  const project = await projectOf(request)
  return {
    files: await scannedFiles(request, project),
    lockFile: posix.join(request.component.path, project.workspace === null ? "go.mod" : "go.work"),
    lockFiles: project.modules.map(({ directory }) =>
      posix.join(request.component.path, directory, "go.mod"),
    ),
    production: requiredBy(project),
    development: 0,
    linked: { production: project.modules.length, development: 0 },
    developmentFiles: [],
    inImage: true,
    own: project.modules.map(({ file }) => file.module),
  }
}

/** go.mod and go.sum of its modules, and of no other that lies below: a module of tools is not in the program. */
async function scannedFiles({ component, source }: Request, { modules }: GoProject): Promise<Directory> {
  const directory = source.directory(component.path)
  let files = dag.directory()
  for (const { directory: at } of modules)
    for (const path of ["go.mod", "go.sum"].map((name) => posix.join(at, name)))
      if (await directory.exists(path)) files = files.withFile(path, directory.file(path))
  return files
}

function requiredBy({ modules }: GoProject): number {
  const own = new Set(modules.map(({ file }) => file.module))
  const named = modules.flatMap(({ file }) => downloadedModules(file, own))
  return new Set(named.map(({ path, version }) => `${path}@${version}`)).size
}

function leftOut({ component, source }: Request): Promise<readonly string[]> {
  return matching(source.directory(component.path), notForBuild)
}

async function assertStarts({ name }: Request, image: Container): Promise<void> {
  if (await image.exists(programIn(name))) return
  throw new SignalboxError("INTERNAL", { what: `${programIn(name)} is not in the image of ${name}` })
}
