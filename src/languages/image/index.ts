import { type Container, dag, type Platform } from "@dagger.io/dagger"
import { type ImageRef, parseImageRef } from "../../domain/index.ts"
import { type ToolChecks, toolCheckNames } from "../check.ts"
import type { ComponentRequest, Language } from "../language.ts"
import { ownDirectory } from "../paths.ts"
import type { ImageComponent } from "./schema.ts"

type Request = ComponentRequest<ImageComponent>

/** Any language, built elsewhere: an image that is used unchanged, with its digest. */
export const language: Language<ImageComponent> = {
  name: "image",
  hasNode: false,
  isPulled: true,
  // Only its reference is in the source.
  manifest: () => "signalbox.yaml",
  // The engine pulls it by its digest, and reports where it cannot.
  assertBuildable: async () => {},
  // Declared checks run in the image itself: there are no sources.
  developmentContainer: async (request) => pulled(request),
  developmentImage: async ({ component }) => component.image,
  checks: async () => nothingDeclared,
  packages: async () => null,
  reach: ownDirectory,
  unpinned: async () => [],
  image: async (request) => ({ container: pulled(request), published: referenceOf(request) }),
  // The chart may set the command that it starts.
  assertStarts: async () => {},
}

const nothingDeclared = Object.fromEntries(
  toolCheckNames.map((name) => [name, { notApplicable: "it is built elsewhere, and no check is declared" }]),
) as ToolChecks

function referenceOf({ component }: Request): ImageRef {
  return parseImageRef(component.image)
}

/** Pulled by digest, so that the engine may cache it: the same reference always gives the same image. */
function pulled(request: Request): Container {
  const { component, login, platform = component.platform } = request
  const { repository, digest } = referenceOf(request)
  const [registry] = repository.split("/")
  const empty = dag.container(platform === undefined ? {} : { platform: platform as Platform })
  // Credentials are sent to the registry that they belong to, and to no other.
  const signedIn =
    login === undefined || registry !== login.registry
      ? empty
      : empty.withRegistryAuth(login.registry, login.username, login.password)
  return signedIn.from(`${repository}@${digest}`)
}
