import type { Step, StepContext } from "../steps/index.ts"
import { contentEntries } from "./content.ts"
import { writeImage } from "./oci/index.ts"
import type { Content, Recipe } from "./recipe.ts"
import { debianStepId, packagesLabel } from "./rootfs/index.ts"

/** A step whose output is an OCI layout that belongs into the registry. */
export interface ImageStep extends Step {
  readonly image: { readonly name: string; readonly version: string }
}

export const isImageStep = (step: Step): step is ImageStep => "image" in step

export const imageStepId = (name: string): string => `image-${name}`

/** The code that decides an image's bytes, beside its recipe; the package's version with it. */
const writer = [
  "node_modules/tar-stream/package.json",
  ...[
    ...["tar", "entries", "layer", "layout", "image"].map((name) => `oci/${name}`),
    ...["collect", "dpkg", "normal"].map((name) => `rootfs/${name}`),
    "build",
    "content",
  ].map((name) => `toolchain/images/${name}.ts`),
]

/** The step that makes a recipe's image. Its output is an OCI layout; `image-<name>` is its id. */
export function imageStep(recipe: Recipe): ImageStep {
  return {
    id: imageStepId(recipe.name),
    title: `Make the image ${recipe.name}:${recipe.version}`,
    needs: [
      ...new Set([...(recipe.base ? [imageStepId(recipe.base)] : []), ...recipe.content.flatMap(neededBy)]),
    ],
    inputs: { files: [...writer, ...recipe.content.flatMap(copiedBy)], values: [JSON.stringify(recipe)] },
    heavy: false,
    image: { name: recipe.name, version: recipe.version },
    run: (ctx) => makeImage(recipe, ctx),
  }
}

function neededBy(content: Content): string[] {
  if ("step" in content) return [content.step]
  if ("debian" in content) return [debianStepId(content.debian)]
  if ("collect" in content) return [debianStepId(content.from)]
  return "addUsers" in content ? [debianStepId(content.to)] : []
}

const copiedBy = (content: Content): string[] => ("copyOf" in content ? [content.copyOf] : [])

async function makeImage(recipe: Recipe, ctx: StepContext): Promise<void> {
  const { entries, packages } = await contentEntries(recipe.content, ctx)
  const digest = await writeImage(ctx.out, {
    ...recipe,
    ...(recipe.base && { base: ctx.output(imageStepId(recipe.base)) }),
    layers: [entries],
    labels: labelsOf(recipe, packages),
    tag: recipe.version,
  })
  ctx.log(`${recipe.name}:${recipe.version} ${digest}`)
}

function labelsOf(recipe: Recipe, packages: Readonly<Record<string, string>>): Record<string, string> {
  return {
    "org.opencontainers.image.title": recipe.name,
    "org.opencontainers.image.version": recipe.version,
    "org.opencontainers.image.description": recipe.description,
    "org.opencontainers.image.source": recipe.source,
    "org.opencontainers.image.licenses": recipe.licenses,
    ...(Object.keys(packages).length > 0 && { "signalbox.debian.packages": packagesLabel(packages) }),
  }
}
