import { dag, type File } from "@dagger.io/dagger"
import { askProgram, type Session } from "../src/call/index.ts"
import { callWith, SignalboxError } from "../src/domain/index.ts"
import { answers, type ResolveImagesRequest } from "../src/evidence/index.ts"
import {
  isInsecure,
  nodeRunner,
  type OpenImage,
  openImages,
  parseToolbox,
  runnerRoot,
  type ToolboxFile,
  withDigests,
} from "../src/toolbox/index.ts"
import { registryLogin } from "./build.ts"

const passwordFile = "/run/secrets/registry-token"

/**
 * The toolbox file of the call with the digest of every image that has none: what its tag means now. Everything else in it
 * stays as it was.
 * @param partial Whether images that cannot be resolved stay without one. Default: they are an error, and nothing is given.
 * @throws CONFIG_INVALID for a file with mistakes; REGISTRY_UNREACHABLE that names each image and why
 */
export async function pinnedToolbox(session: Session, partial: boolean): Promise<File> {
  const file = session.inputs.ownToolbox?.file ?? session.inputs.toolbox
  const [name, text] = await Promise.all([file.name(), file.contents()])
  const toolbox = parseToolbox(text, name)
  const open = openImages(toolbox)
  const resolved = open.length === 0 ? [] : await resolve(session, toolbox, open)
  const failed = resolved.flatMap(({ name: place, image, why }) =>
    why === undefined ? [] : [`${place} (${image}): ${why}`],
  )
  if (failed.length > 0 && !partial) throw notResolved(failed, open.length)
  for (const line of failed) console.error(`not resolved: ${line}`)
  const digests = new Map(
    resolved.flatMap(({ name: place, digest }) => (digest === undefined ? [] : [[place, digest] as const])),
  )
  return dag.directory().withNewFile(name, withDigests(text, digests)).file(name)
}

async function resolve(session: Session, toolbox: ToolboxFile, open: readonly OpenImage[]) {
  const login = await registryLogin(session, "branch")
  const images = open.map(({ name, image }) => {
    const place = { name, reference: image, insecure: isInsecure(toolbox, image) }
    const isOwn = login !== undefined && image.startsWith(`${login.registry}/`)
    return isOwn ? { ...place, username: login.username, passwordFile } : place
  })
  const request: ResolveImagesRequest = { images }
  const bare = (await nodeRunner(await session.toolbox())).withNewFile(
    "/request.json",
    JSON.stringify(request),
  )
  const { answer } = await askProgram(
    session,
    {
      name: "the program that resolves images",
      where: "toolbox.yaml",
      next: "call again",
      container: login === undefined ? bare : bare.withMountedSecret(passwordFile, login.password),
      command: [`${runnerRoot}/src/evidence/resolve/main.ts`, "--request", "/request.json"],
    },
    answers.resolve,
  )
  return answer.images
}

function notResolved(failed: readonly string[], all: number): SignalboxError {
  return new SignalboxError("REGISTRY_UNREACHABLE", {
    what: `${failed.length} of ${all} images without a digest could not be resolved`,
    where: "toolbox.yaml",
    why: failed.join("\n"),
    next: `correct them, or fill in the others alone: ${callWith("toolbox pin --partial export --path toolbox.yaml")}`,
  })
}
