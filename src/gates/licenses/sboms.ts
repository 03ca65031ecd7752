import { type BuiltImage, hasJavaArchives, packagesSbom, sbomOf } from "../../build/index.ts"
import type { Component } from "../../config/index.ts"
import { languageOf, type NamedPackages } from "../../languages/index.ts"
import { whyFailed } from "../../toolbox/index.ts"
import type { GateContext } from "../gate.ts"

/** A document that was written, or why there is none. */
export type Written = { readonly text: string } | { readonly why: string }

/** What tells of the packages of one component. */
export interface ComponentSboms {
  /** SBOM of its image. */
  readonly fromImage: Written
  /** SBOM of the packages that files in the image are made of; null where the image has the packages themselves. */
  readonly fromPackages: Written | null
  /** What its language says of the packages; null: nothing, or `fromPackages` says why it could not. */
  readonly packages: Omit<NamedPackages, "files"> | null
}

/** The SBOMs of a component, read from its image as it is published. None of them needs a database or a network. */
export async function sbomsOf(
  context: GateContext,
  name: string,
  component: Component,
): Promise<ComponentSboms> {
  const language = await languageOf(component)
  const packages = await language.packages(context.request(name)).catch(whyFailed)
  const fromImage = written(async () => {
    const image = await context.image(name)
    return sbomOf(context.toolbox, { ...image, packageIndex: await indexOf(context, image) }, "cdx.json")
  })
  if (packages === null) return { fromImage: await fromImage, fromPackages: null, packages }
  if (typeof packages === "string")
    return { fromImage: await fromImage, fromPackages: { why: packages }, packages: null }
  const fromPackages = packages.inImage
    ? null
    : written(async () => packagesSbom(context.toolbox, packages.files, "cdx.json"))
  return { fromImage: await fromImage, fromPackages: await fromPackages, packages }
}

/** Without an index Trivy ends with an error where it meets an archive of Java. */
async function indexOf(context: GateContext, { container, packageIndex }: BuiltImage) {
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
