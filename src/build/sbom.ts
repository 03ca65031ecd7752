import { type Container, type Directory, dag, type File } from "@dagger.io/dagger"
import { type ToolboxFile, toolCommand, toolContainer } from "../toolbox/index.ts"
import type { PlatformImage } from "./built-image.ts"

/** The forms of a document, by how Trivy calls them; each is the end of the file's name. */
const forms = { "cdx.json": "cyclonedx", "spdx.json": "spdx-json" } as const

type Form = keyof typeof forms
type Scanned = Pick<PlatformImage, "layout" | "packageIndex">

const cache = "/tmp/trivy"

/** Archives of Java. The fourth letter of `.tar` does no harm. */
const archives = "**/*.?ar"

/** Whether an image has archives of Java: Trivy knows many of them by its index alone, and ends with an error without one. */
export async function hasJavaArchives(image: Container): Promise<boolean> {
  return (await image.rootfs().glob(archives)).length > 0
}

/**
 * The packages of an image, system and application, as JSON of CycloneDX or SPDX. Read from the image itself, to list the
 * installed packages and not those that a manifest declares. Needs no database and no network.
 */
export function sbomOf(toolbox: ToolboxFile, { layout, packageIndex }: Scanned, form: Form): File {
  const trivy = toolContainer(toolbox, "trivy")
  const ready =
    packageIndex === undefined ? trivy : trivy.withMountedDirectory(`${cache}/java-db`, packageIndex)
  return sbomBy(toolbox, ready.withMountedDirectory("/image", layout), ["image", "--input", "/image"], form)
}

/** The packages for production that lock files in a directory name. */
export function packagesSbom(toolbox: ToolboxFile, files: Directory, form: Form): File {
  const trivy = toolContainer(toolbox, "trivy").withMountedDirectory("/scan", files)
  return sbomBy(toolbox, trivy, ["fs", "/scan"], form)
}

function sbomBy(toolbox: ToolboxFile, container: Container, target: readonly string[], form: Form): File {
  const document = `/tmp/sbom.${form}`
  const [mode = "", ...rest] = target
  return (
    container
      .withUser("root")
      // Nothing of the tree lies here: trivy.yaml and .trivyignore are looked for in the working directory.
      .withWorkdir("/tmp")
      .withExec([
        ...[toolCommand(toolbox, "trivy"), mode],
        ...["--format", forms[form], "--output", document],
        ...["--cache-dir", cache, "--skip-db-update", "--skip-java-db-update"],
        ...["--offline-scan", "--skip-version-check", "--quiet"],
        ...rest,
      ])
      .file(document)
  )
}

/**
 * Two documents per image: COMPONENT.cdx.json and COMPONENT.spdx.json; of a component with several platforms COMPONENT/linux-arm64.cdx.json
 * and so on.
 */
export function sbomDirectory(
  toolbox: ToolboxFile,
  images: readonly (Scanned & Pick<PlatformImage, "label">)[],
): Directory {
  return images
    .flatMap((image) => (Object.keys(forms) as Form[]).map((form) => ({ image, form })))
    .reduce(
      (all, { image, form }) => all.withFile(`${image.label.path}.${form}`, sbomOf(toolbox, image, form)),
      dag.directory(),
    )
}
