import { type Container, dag, type Platform } from "@dagger.io/dagger"
import { type ImageRef, parseImageRef } from "../../domain/index.ts"
import { type Checks, checkNames } from "../check.ts"
import type { ComponentRequest, Language } from "../language.ts"
import type { ImageComponent } from "./schema.ts"

type Request = ComponentRequest<ImageComponent>

/** Any language, built elsewhere: an image that is taken as it is, under the digest that it has. */
export const language: Language<ImageComponent> = {
  name: "image",
  hasNode: false,
  // Nothing of it is in the source but what names it.
  manifest: () => "signalbox.yaml",
  // The engine pulls it by its digest, and says so where it cannot.
  assertBuildable: async () => {},
  // What is declared runs in the image itself: there is nothing else of it here.
  developmentContainer: async (request) => pulled(request),
  developmentImage: async ({ component }) => component.image,
  checks: async () => nothingDeclared,
  packages: async () => null,
  unpinned: async () => [],
  image: async (request) => ({ container: pulled(request), published: referenceOf(request) }),
  // What it starts may be the chart's to say.
  assertStarts: async () => {},
}

const nothingDeclared = Object.fromEntries(
  checkNames.map((name) => [name, { notApplicable: "it is built elsewhere, and no check is declared" }]),
) as Checks

function referenceOf({ component }: Request): ImageRef {
  return parseImageRef(component.image)
}

/** By its digest, so that a pull is no look at the world: the same name gives the same image, or nothing. */
function pulled(request: Request): Container {
  const { component, login } = request
  const { repository, digest } = referenceOf(request)
  const [registry] = repository.split("/")
  const { platform } = component
  const empty = dag.container(platform === undefined ? {} : { platform: platform as Platform })
  // Credentials are for the registry that they belong to, and no other gets to see them.
  const signedIn =
    login === undefined || registry !== login.registry
      ? empty
      : empty.withRegistryAuth(login.registry, login.username, login.password)
  return signedIn.from(`${repository}@${digest}`)
}
