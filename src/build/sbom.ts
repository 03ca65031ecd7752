import { type Directory, dag, type File } from "@dagger.io/dagger"
import { type ToolboxFile, toolCommand, toolContainer } from "../toolbox/index.ts"
import type { BuiltImage } from "./images.ts"

/**
 * The packages of an image, system and application, as CycloneDX JSON. Read from the image itself, to list the installed
 * packages and not those that a manifest declares. Needs no database and no network.
 */
export function sbomOf(
  toolbox: ToolboxFile,
  { layout, packageIndex }: Pick<BuiltImage, "layout" | "packageIndex">,
): File {
  const document = "/tmp/sbom.cdx.json"
  const trivy = toolContainer(toolbox, "trivy")
  return (packageIndex === undefined ? trivy : trivy.withMountedDirectory("/tmp/trivy/java-db", packageIndex))
    .withUser("root")
    .withWorkdir("/tmp")
    .withMountedDirectory("/image", layout)
    .withExec([
      toolCommand(toolbox, "trivy"),
      "image",
      ...["--input", "/image", "--format", "cyclonedx", "--output", document],
      ...[
        "--cache-dir",
        "/tmp/trivy",
        "--skip-db-update",
        "--skip-java-db-update",
        "--offline-scan",
        "--skip-version-check",
        "--quiet",
      ],
    ])
    .file(document)
}

/** One document per image, named COMPONENT.cdx.json. */
export function sbomDirectory(
  toolbox: ToolboxFile,
  images: readonly Pick<BuiltImage, "component" | "layout" | "packageIndex">[],
): Directory {
  return images.reduce(
    (directory, image) => directory.withFile(`${image.component}.cdx.json`, sbomOf(toolbox, image)),
    dag.directory(),
  )
}
