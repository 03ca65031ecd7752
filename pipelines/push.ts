import type { BuiltImage } from "../src/build/index.ts"
import { askProgram, type Session } from "../src/call/index.ts"
import { type Digest, formatImageRef, parseDigest, type ReleaseImage } from "../src/domain/index.ts"
import { answers } from "../src/evidence/index.ts"
import { isInsecure, runnerRoot } from "../src/toolbox/index.ts"

/** What a record says of the platforms of an image: of several, each by the digest of its manifest. */
export function releasedPlatforms({
  platforms,
}: Pick<BuiltImage, "platforms">): Pick<ReleaseImage, "platform" | "bytes" | "platforms"> {
  const [{ facts }, ...others] = platforms
  if (others.length === 0) return { platform: facts.platform, bytes: facts.bytes }
  const all = platforms.map((one) => one.facts)
  return {
    platform: all.map(({ platform }) => platform).join(","),
    bytes: Math.max(...all.map(({ bytes }) => bytes)),
    platforms: Object.fromEntries(
      all.map(({ platform, digest, bytes }) => [platform, { digest: parseDigest(digest), bytes }]),
    ),
  }
}

/**
 * Publishes an image under a tag on every call, and returns its digest. The engine's own publish would write the build
 * time into the image, so that equal sources had another digest on every machine. Images of several platforms are pushed by their digests, and the tag is
 * that of their index. An image that was built elsewhere is
 * copied from its registry and keeps its digest.
 * @throws REGISTRY_UNREACHABLE
 */
export async function pushImage(
  session: Session,
  image: Pick<BuiltImage, "layout" | "published">,
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
