import { askProgram, type Session } from "../src/call/index.ts"
import { type Digest, formatImageRef } from "../src/domain/index.ts"
import { answers } from "../src/evidence/index.ts"
import { isInsecure, runnerRoot } from "../src/toolbox/index.ts"
import type { Image } from "./build.ts"

/**
 * Publishes an image under a tag on every call, and returns its digest. The engine's own publish would write the build
 * time into the image, so that equal sources had another digest on every machine. An image that was built elsewhere is
 * copied from its registry and keeps its digest.
 * @throws REGISTRY_UNREACHABLE
 */
export async function pushImage(
  session: Session,
  image: Pick<Image, "layout" | "published">,
  target: { readonly registry: string; readonly repository: string; readonly tag: string },
): Promise<Digest> {
  const [runner, toolbox] = await Promise.all([session.runner(), session.toolbox()])
  const { registryToken, registryUser } = session.inputs
  const passwordFile = "/run/secrets/registry-token"
  const { registry, repository, tag } = target
  const { published } = image
  const command = [
    `${runnerRoot}/src/evidence/image/main.ts`,
    ...["--registry", registry, "--repository", repository, "--tag", tag],
    ...(published === undefined ? ["--layout", "/image"] : ["--image", formatImageRef(published)]),
    ...(published !== undefined && isInsecure(toolbox, published.repository) ? ["--image-insecure"] : []),
    ...(isInsecure(toolbox, registry) ? ["--insecure"] : []),
    ...(registryToken === undefined
      ? []
      : ["--user", registryUser ?? "signalbox", "--password-file", passwordFile]),
  ]
  const prepared = published === undefined ? runner.withMountedDirectory("/image", image.layout) : runner
  const program = {
    name: "the image push program",
    where: `${registry}/${repository}:${tag}`,
    next: "call again: an incomplete push leaves no tag",
    container:
      registryToken === undefined ? prepared : prepared.withMountedSecret(passwordFile, registryToken),
    command,
  }
  return (await askProgram(session, program, answers.push)).answer.digest
}
