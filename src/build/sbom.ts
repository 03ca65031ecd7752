import { type Directory, dag, type File } from "@dagger.io/dagger"
import { type ToolboxFile, toolCommand, toolContainer } from "../toolbox/index.ts"

/**
 * The packages of an image, system and application, as CycloneDX JSON. Read from the image itself, to list the installed
 * packages and not those that a manifest declares. Needs no database and no network.
 */
export function sbomOf(toolbox: ToolboxFile, layout: Directory): File {
  const document = "/tmp/sbom.cdx.json"
  return toolContainer(toolbox, "trivy")
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
  images: readonly { readonly component: string; readonly layout: Directory }[],
): Directory {
  return images.reduce(
    (directory, { component, layout }) =>
      directory.withFile(`${component}.cdx.json`, sbomOf(toolbox, layout)),
    dag.directory(),
  )
}
