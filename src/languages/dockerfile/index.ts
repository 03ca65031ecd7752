import { posix } from "node:path"
import type { Container } from "@dagger.io/dagger"
import { type Reach, SignalboxError, sha256 } from "../../domain/index.ts"
import { type ToolChecks, toolCheckNames } from "../check.ts"
import { type ComponentRequest, type Language, rootOf, type UnpinnedImage } from "../language.ts"
import { cleanPath, ownDirectory } from "../paths.ts"
import { basesOf } from "./bases.ts"
import { detect } from "./detect.ts"
import { ignoreFile } from "./ignore.ts"
import { knownContext } from "./known-context.ts"
import type { DockerfileComponent } from "./schema.ts"
import { assertSecrets, secretsOf } from "./secrets.ts"

type Request = ComponentRequest<DockerfileComponent>

/** Any language, built by the component's own Dockerfile: its checks are those that `signalbox.yaml` declares. */
export const language: Language<DockerfileComponent> = {
  name: "dockerfile",
  hasNode: false,
  detect,
  looksFor: "a Dockerfile",
  buildsAny: true,
  manifest: fileOf,
  assertBuildable,
  developmentContainer,
  developmentImage,
  checks: async () => nothingDeclared,
  packages: async () => null,
  reach,
  ignoreFile,
  unpinned,
  image: async (request) => {
    const { target, user, port } = request.component
    return { container: await built(request, target), user, port }
  },
  assertStarts,
}

const nothingDeclared = Object.fromEntries(
  toolCheckNames.map((name) => [
    name,
    { notApplicable: "a Dockerfile tells no check, and none is declared" },
  ]),
) as ToolChecks

async function assertBuildable(request: Request): Promise<void> {
  const { name, component, source } = request
  const file = fileOf(component)
  assertAbove(request)
  if (await source.exists(file)) return assertSecrets(request, await source.file(file).contents())
  throw new SignalboxError("CONFIG_INVALID", {
    what: `there is no ${file} in the source`,
    where: `signalbox.yaml: components.${name}.dockerfile`,
    next: "correct path or dockerfile",
  })
}

async function unpinned({ component, source }: Request): Promise<readonly UnpinnedImage[]> {
  const file = fileOf(component)
  const bases = basesOf(await source.file(file).contents(), component.buildArgs)
  return bases.filter(({ pinned }) => !pinned).map(({ image, line }) => ({ image, file, line }))
}

/** The directory that it is built from, relative to the source root. */
const contextOf = (component: DockerfileComponent): string => cleanPath(rootOf(component)) || "."

/** @throws CONFIG_INVALID where the component would not be in its own context */
function assertAbove({ name, component }: Request): void {
  const context = contextOf(component)
  const path = cleanPath(component.path) || "."
  if (context === "." || path === context || path.startsWith(`${context}/`)) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${name} is not in the directory that it is built from`,
    where: `signalbox.yaml: components.${name}.context`,
    why: `${path} does not lie in ${context}`,
    next: "name a directory above path, or . for the source root",
  })
}

/** What it copies of a directory above, only a build would tell: all that is there counts. */
async function reach({ component }: Request): Promise<Reach> {
  const context = contextOf(component)
  if (context === (cleanPath(component.path) || ".")) return ownDirectory()
  const path = context === "." ? "./" : `${context}/`
  return {
    outside: [{ path, why: "it is built from that directory", uncertain: true }],
    except: [],
    besides: [],
  }
}

function fileOf({ path, dockerfile }: DockerfileComponent): string {
  return `${path}/${dockerfile}`
}

/** The Dockerfile and its digest identify the container, with the source, as long as it names its images by digest. */
async function developmentImage(request: Request): Promise<string> {
  const file = fileOf(request.component)
  const [loose, text] = await Promise.all([unpinned(request), request.source.file(file).contents()])
  return loose.length > 0 ? "unresolved" : `${file}@${sha256(text)}`
}

async function developmentContainer(request: Request): Promise<Container> {
  const { name, component } = request
  if (component.development !== undefined) return built(request, component.development)
  throw new SignalboxError("CONFIG_INVALID", {
    what: `no stage is named in which checks of ${name} can run`,
    where: `signalbox.yaml: components.${name}.development`,
    next: "name the stage that has sources and tools: development: build",
  })
}

async function built(request: Request, target: string | undefined): Promise<Container> {
  const { component, source } = request
  const { buildArgs } = component
  const context = contextOf(component)
  const dockerfile = posix.relative(context, fileOf(component))
  return (await knownContext(source.directory(context), dockerfile)).dockerBuild({
    dockerfile,
    ...(target === undefined ? {} : { target }),
    secrets: await secretsOf(request),
    buildArgs: Object.entries(buildArgs).map(([name, value]) => ({ name, value })),
  })
}

async function assertStarts({ name, component }: Request, image: Container): Promise<void> {
  const [entrypoint, command] = await Promise.all([image.entrypoint(), image.defaultArgs()])
  if (entrypoint.length > 0 || command.length > 0) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `the image of ${name} starts nothing`,
    where: fileOf(component),
    why: "its last stage has neither ENTRYPOINT nor CMD",
    next: "add one, or name the stage that has: target",
  })
}
