import type { Service } from "@dagger.io/dagger"
import type { BuiltImage } from "../src/build/index.ts"
import { askProgram, type Session } from "../src/call/index.ts"
import { type Digest, formatImageRef, parseDigest, type ReleaseImage } from "../src/domain/index.ts"
import { answers } from "../src/evidence/index.ts"
import { isInsecure, runnerRoot } from "../src/toolbox/index.ts"

/** What was published. */
interface Pushed {
  readonly digest: Digest
  /** Of an index that was built elsewhere: the engine rewrites the documents of an image, and knows no digest of its manifests. */
  readonly platforms?: Readonly<Record<string, Digest>> | undefined
}

/** What a record says of the platforms of an image: of several, each by the digest of its manifest. */
export function releasedPlatforms(
  { platforms }: Pick<BuiltImage, "platforms">,
  pushed: Pushed,
): Pick<ReleaseImage, "platform" | "bytes" | "platforms"> {
  const [{ facts }, ...others] = platforms
  if (others.length === 0) return { platform: facts.platform, bytes: facts.bytes }
  const all = platforms.map((one) => one.facts)
  return {
    platform: all.map(({ platform }) => platform).join(","),
    bytes: Math.max(...all.map(({ bytes }) => bytes)),
    platforms: Object.fromEntries(
      all.map(({ platform, digest, bytes }) => [
        platform,
        { digest: pushed.platforms?.[platform] ?? parseDigest(digest), bytes },
      ]),
    ),
  }
}

/** Where an image is pushed to. */
interface PushTarget {
  readonly registry: string
  readonly repository: string
  readonly tag: string
  /** The registry as a service, which is then asked in plain HTTP under a name of its own. Default: by its address. */
  readonly service?: Service | undefined
}

/** Name by which a registry that is given as a service is reached. */
const alias = "registry"

/**
 * Publishes an image under a tag on every call, and returns its digest. The engine's own publish would write the build
 * time into the image, so that equal sources had another digest on every machine. Images of several platforms are pushed by their digests, and the tag is
 * that of their index. An image that was built elsewhere is
 * copied from its registry and keeps its digest; all of its platforms have to be those that were built.
 * @throws REGISTRY_UNREACHABLE; CONFIG_INVALID for an index with other platforms
 */
export async function pushImage(
  session: Session,
  image: Pick<BuiltImage, "layout" | "published" | "platforms">,
  target: PushTarget,
): Promise<Pushed> {
  const [runner, toolbox] = await Promise.all([session.runner(), session.toolbox()])
  const { registryToken, registryUser } = session.inputs
  const passwordFile = "/run/secrets/registry-token"
  const { repository, tag, service } = target
  const registry = service === undefined ? target.registry : await addressOf(service)
  const { published } = image
  const command = [
    `${runnerRoot}/src/evidence/image/main.ts`,
    ...["--registry", registry, "--repository", repository, "--tag", tag],
    ...(published === undefined
      ? ["--layout", "/image"]
      : ["--image", formatImageRef(published), "--judged", judgedOf(image)]),
    ...(published !== undefined && isInsecure(toolbox, published.repository) ? ["--image-insecure"] : []),
    ...(service !== undefined || isInsecure(toolbox, registry) ? ["--insecure"] : []),
    ...(registryToken === undefined
      ? []
      : ["--user", registryUser ?? "signalbox", "--password-file", passwordFile]),
  ]
  const reaching = service === undefined ? runner : runner.withServiceBinding(alias, service)
  const prepared = published === undefined ? reaching.withMountedDirectory("/image", image.layout) : reaching
  const program = {
    name: "the image push program",
    where: `${target.registry}/${repository}:${tag}`,
    next: "call again: an incomplete push leaves no tag",
    container:
      registryToken === undefined ? prepared : prepared.withMountedSecret(passwordFile, registryToken),
    command,
  }
  return (await askProgram(session, program, answers.push)).answer
}

async function addressOf(service: Service): Promise<string> {
  const [first] = await service.ports()
  return first === undefined ? alias : `${alias}:${await first.port()}`
}

const judgedOf = ({ platforms }: Pick<BuiltImage, "platforms">): string =>
  platforms.map(({ facts }) => facts.platform).join(",")
