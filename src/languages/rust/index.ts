import { posix } from "node:path"
import { type Container, dag, ReturnType } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { type ToolboxFile, toolContainer, toolIdentity } from "../../toolbox/index.ts"
import type { ToolChecks } from "../check.ts"
import type { Fix } from "../fix.ts"
import type { Language, NamedPackages } from "../language.ts"
import { matching, ownDirectory } from "../paths.ts"
import { programIn } from "../static-image.ts"
import { assertBuildable } from "./buildable.ts"
import { checksOf, type RustFiles } from "./checks.ts"
import { developmentContainer, featuresOf, settled } from "./container.ts"
import { detect } from "./detect.ts"
import { imageOf } from "./image.ts"
import { leftOutOf } from "./inputs.ts"
import { lockFile, projectOf, type Request } from "./project.ts"
import { cargoReason } from "./reason.ts"
import type { RustComponent } from "./schema.ts"

/** Packages and workspaces of Cargo: one static program on an empty base, compiled for its platform and not run to be built. */
export const language: Language<RustComponent> = {
  name: "rust",
  hasNode: false,
  forAnyPlatform: () => true,
  detect,
  looksFor: "a Cargo.toml beside its Cargo.lock, with a binary target",
  manifest: ({ path }) => posix.join(path, "Cargo.toml"),
  assertBuildable,
  developmentContainer,
  developmentImage: async ({ toolbox }) => toolIdentity(toolbox, "rust").image ?? "unresolved",
  checks,
  fixes,
  reasonIn: cargoReason,
  packages,
  leftOut,
  // A package that leads out of the directory is refused.
  reach: ownDirectory,
  // It builds on the toolbox's images, which the toolbox file names by digest.
  unpinned: async () => [],
  image: imageOf,
  assertStarts,
}

async function checks(request: Request): Promise<ToolChecks> {
  const { component, source, toolbox } = request
  const directory = source.directory(component.path)
  const [names, project, has] = await Promise.all([directory.entries(), projectOf(request), partsOf(toolbox)])
  const own = names.find((name) => /^\.?clippy\.toml$/.test(name))
  const inManifest = project.manifests.find(({ hasClippySettings }) => hasClippySettings)?.file
  return checksOf({
    ...{ has, features: featuresOf(request), clippySettings: own ?? inManifest },
    rust: toolIdentity(toolbox, "rust").version,
  })
}

/** Clippy mends only what it is sure of. The formatter last. */
async function fixes(request: Request): Promise<readonly Fix[]> {
  const has = await partsOf(request.toolbox)
  const all = ["--workspace", "--all-targets", ...settled, ...featuresOf(request)]
  return [
    ...(has.clippy
      ? [{ tool: "clippy", command: ["cargo", "clippy", "--fix", "--allow-no-vcs", ...all], ended: [0] }]
      : []),
    ...(has.rustfmt ? [{ tool: "rustfmt", command: ["cargo", "fmt", "--all"], ended: [0] }] : []),
  ]
}

/** Asked of the image itself: rustup leaves programs for parts that are not installed, which say so. */
async function partsOf(toolbox: ToolboxFile): Promise<RustFiles["has"]> {
  const has = async (part: string) =>
    (await toolContainer(toolbox, "rust")
      .withoutEntrypoint()
      .withExec(["cargo", part, "--version"], { expect: ReturnType.Any })
      .exitCode()) === 0
  const [clippy, rustfmt, coverage] = await Promise.all([has("clippy"), has("fmt"), has("llvm-cov")])
  return { clippy, rustfmt, coverage }
}

/**
 * Every package that Cargo.lock names, whatever it is for: the file does not tell, and nothing in a program says what it was
 * made of.
 */
async function packages(request: Request): Promise<NamedPackages> {
  await assertBuildable(request)
  const { lock } = await projectOf(request)
  const { path } = request.component
  return {
    // Beside a Cargo.toml, the scanner leaves out what only tests and build scripts need.
    files: dag.directory().withFile(lockFile, request.source.file(posix.join(path, lockFile))),
    lockFile: posix.join(path, lockFile),
    production: lock.external.length,
    development: 0,
    linked: { production: lock.own.length, development: 0 },
    developmentFiles: [],
    inImage: false,
    // A package from a registry that is called as one of the source is still a package.
    own: lock.own.filter((own) => !lock.external.some(({ name }) => name === own)),
  }
}

async function leftOut(request: Request): Promise<readonly string[]> {
  const directory = request.source.directory(request.component.path)
  return matching(directory, leftOutOf(await projectOf(request)))
}

async function assertStarts({ name }: Request, image: Container): Promise<void> {
  if (await image.exists(programIn(name))) return
  throw new SignalboxError("INTERNAL", { what: `${programIn(name)} is not in the image of ${name}` })
}
