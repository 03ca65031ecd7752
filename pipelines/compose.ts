import { posix } from "node:path"
import { type Directory, dag } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import type { SignalboxConfig } from "../src/config/index.ts"
import { SignalboxError } from "../src/domain/index.ts"
import { composeFile, type StackComponent, servicesNamed } from "../src/stack/index.ts"
import { findRelease } from "./bundle.ts"

type Component = SignalboxConfig["components"][string]

/**
 * The docker-compose.yaml of the project's components: by the digests of a release, or, where each has a Dockerfile or is
 * built elsewhere, of the source tree.
 * @throws USAGE for a component that neither a release nor a Dockerfile makes
 */
export async function compose(
  session: Session,
  version: string | undefined,
  services: readonly string[],
  production: boolean,
): Promise<Directory> {
  const { project, components } = await session.config()
  const names = Object.keys(components)
  const asked = servicesNamed(services, names)
  const images = version === undefined ? undefined : await imagesOf(session, version)
  const stack = names.map((name) => stackComponent(name, components[name] as Component, images))
  const text = composeFile({ project, components: stack, services: asked, version, production })
  return dag.directory().withNewFile("docker-compose.yaml", text)
}

async function imagesOf(session: Session, version: string): Promise<ReadonlyMap<string, string>> {
  const { record } = await findRelease(session, version)
  return new Map(
    record.images.map(({ component, repository, digest }) => [component, `${repository}@${digest}`]),
  )
}

function stackComponent(
  name: string,
  component: Component,
  images: ReadonlyMap<string, string> | undefined,
): StackComponent {
  const { port, user } = component
  return {
    name,
    port,
    user,
    from: from(name, component, images),
    pages: "kind" in component && component.kind === "static",
  }
}

function from(
  name: string,
  component: Component,
  images: ReadonlyMap<string, string> | undefined,
): StackComponent["from"] {
  const image = images?.get(name) ?? ("image" in component ? component.image : undefined)
  if (image !== undefined) return { image }
  if (images === undefined && "buildArgs" in component && component.secrets.length === 0) {
    const { path, context = path, dockerfile, target, buildArgs: args } = component
    // Compose looks for the Dockerfile from the directory that it builds in.
    const file = posix.relative(context, posix.join(path, dockerfile))
    return { build: { context, dockerfile: file, target, args } }
  }
  throw new SignalboxError("USAGE", {
    what:
      images === undefined
        ? `Compose cannot build ${name}: it has no Dockerfile, or one that needs secrets`
        : `the release has no image of ${name}`,
    where: `components.${name}`,
    next: "publish a release, and name it: compose --release VERSION",
  })
}
