import { asSignalboxError } from "../../domain/index.ts"
import { readSbom, type Sbom } from "./read-sbom.ts"
import type { ComponentSboms, Written } from "./sboms.ts"

/** The SBOMs of one component, read; what could not be read is an error and undefined. */
export interface SbomReading extends Pick<ComponentSboms, "label" | "packages"> {
  readonly image: Sbom | undefined
  /** Null: the image has the packages themselves. */
  readonly bundled: Sbom | undefined | null
  readonly errors: readonly string[]
}

export function readSboms(
  name: string,
  { label, fromImage, fromPackages, packages }: ComponentSboms,
): SbomReading {
  const errors: string[] = []
  const read = (of: string, document: Written): Sbom | undefined => {
    if ("why" in document) {
      errors.push(`${name}: there is no SBOM of ${of}: ${document.why}`)
      return undefined
    }
    try {
      return readSbom(`trivy (SBOM of ${of})`, document.text)
    } catch (thrown) {
      errors.push(`${name}: ${asSignalboxError(thrown).message}`)
      return undefined
    }
  }
  const image = read(label.name === name ? "its image" : `the image of ${label.name}`, fromImage)
  const bundled = fromPackages === null ? null : read("the packages of its lock file", fromPackages)
  return { label, image, bundled, packages, errors }
}
