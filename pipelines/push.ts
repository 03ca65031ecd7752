import { askProgram, type Session } from "../src/call/index.ts"
import type { Digest } from "../src/domain/index.ts"
import { answers } from "../src/evidence/index.ts"
import { isInsecure, runnerRoot } from "../src/toolbox/index.ts"
import type { Image } from "./build.ts"

/**
 * Pushes an image under a tag, freshly on every call, and gives its digest. The engine's own publishing would write the
 * moment of the build into the image: another digest for equal sources on every machine.
 * @throws REGISTRY_UNREACHABLE
 */
export async function pushImage(
  session: Session,
  image: Pick<Image, "layout">,
  target: { readonly registry: string; readonly repository: string; readonly tag: string },
): Promise<Digest> {
  const [runner, toolbox] = await Promise.all([session.runner(), session.toolbox()])
  const { registryToken, registryUser } = session.inputs
  const passwordFile = "/run/secrets/registry-token"
  const { registry, repository, tag } = target
  const command = [
    `${runnerRoot}/src/evidence/image/main.ts`,
    ...["--registry", registry, "--repository", repository, "--tag", tag, "--layout", "/image"],
    ...(isInsecure(toolbox, registry) ? ["--insecure"] : []),
    ...(registryToken === undefined
      ? []
      : ["--user", registryUser ?? "signalbox", "--password-file", passwordFile]),
  ]
  const prepared = runner.withMountedDirectory("/image", image.layout)
  const program = {
    name: "the program that pushes images",
    where: `${registry}/${repository}:${tag}`,
    next: "call again: an image that is not there whole has no tag",
    container:
      registryToken === undefined ? prepared : prepared.withMountedSecret(passwordFile, registryToken),
    command,
  }
  return (await askProgram(session, program, answers.push)).answer.digest
}
