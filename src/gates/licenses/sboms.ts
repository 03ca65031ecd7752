import {
  hasJavaArchives,
  type ImageLabel,
  imageLabel,
  type PlatformImage,
  packagesSbom,
  sbomOf,
} from "../../build/index.ts"
import type { Component } from "../../config/index.ts"
import { languageOf, type NamedPackages } from "../../languages/index.ts"
import { whyFailed } from "../../toolbox/index.ts"
import type { GateContext } from "../gate.ts"

/** A document that was written, or why there is none. */
export type Written = { readonly text: string } | { readonly why: string }

/** What tells of the packages of one component, in one of its images. */
export interface ComponentSboms {
  /** How that image is called. */
  readonly label: ImageLabel
  /** SBOM of the image. */
  readonly fromImage: Written
  /** SBOM of the packages that files in the image are made of; null where the image has the packages themselves. */
  readonly fromPackages: Written | null
  /** What its language says of the packages; null: nothing, or `fromPackages` says why it could not. */
  readonly packages: Omit<NamedPackages, "files"> | null
}

/**
 * The SBOMs of a component, for each platform read from its image as it is published. None of them needs a database or a
 * network.
 */
export async function sbomsOf(
  context: GateContext,
  name: string,
  component: Component,
): Promise<readonly ComponentSboms[]> {
  const language = await languageOf(component)
  const [packages, images] = await Promise.all([
    language.packages(context.request(name)).catch(whyFailed),
    context.image(name).then(({ platforms }) => platforms, whyFailed),
  ])
  const fromPackages =
    packages === null || (typeof packages !== "string" && packages.inImage)
      ? null
      : typeof packages === "string"
        ? { why: packages }
        : await written(async () => packagesSbom(context.toolbox, packages.files, "cdx.json"))
  const about = { fromPackages, packages: typeof packages === "string" ? null : packages }
  if (typeof images === "string") return [{ label: imageLabel(name), fromImage: { why: images }, ...about }]
  return Promise.all(
    images.map(async (image) => ({
      label: image.label,
      fromImage: await written(async () =>
        sbomOf(context.toolbox, { ...image, packageIndex: await indexOf(context, image) }, "cdx.json"),
      ),
      ...about,
    })),
  )
}

/** Without an index Trivy ends with an error where it meets an archive of Java. */
async function indexOf(context: GateContext, { container, packageIndex }: PlatformImage) {
  if (packageIndex !== undefined || !(await hasJavaArchives(container))) return packageIndex
  return (await context.database("trivyJava"))?.files
}

async function written(file: () => Promise<{ contents(): Promise<string> }>): Promise<Written> {
  try {
    return { text: await (await file()).contents() }
  } catch (thrown) {
    return { why: whyFailed(thrown) }
  }
}
