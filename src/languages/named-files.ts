import { posix } from "node:path"
import { type Directory, dag, ExistsType } from "@dagger.io/dagger"
import { SignalboxError } from "../domain/index.ts"
import type { ComponentBase, ComponentRequest } from "./language.ts"
import { cleanPath } from "./paths.ts"

type Request = ComponentRequest<ComponentBase & { readonly path: string; readonly files: readonly string[] }>

/** Checks that the files which a component has in its image beside its program are there. @throws CONFIG_INVALID */
export async function assertFiles({
  name,
  component,
  source,
}: Pick<Request, "name" | "component" | "source">): Promise<void> {
  for (const file of component.files) {
    if (await source.directory(component.path).exists(file)) continue
    throw new SignalboxError("CONFIG_INVALID", {
      what: `there is no ${posix.join(component.path, file)} in the source`,
      where: `signalbox.yaml: components.${name}.files`,
      next: "correct the path, relative to the component's path",
    })
  }
}

/**
 * Files and directories of a component, each by itself: of a tree, the engine knows a whole directory and a single file by
 * their content. Undefined where none is named.
 */
export async function namedFiles(
  named: readonly string[],
  sources: Directory,
): Promise<Directory | undefined> {
  if (named.length === 0) return undefined
  let files = dag.directory()
  for (const path of named.map(cleanPath)) {
    const isDirectory = await sources.exists(path, { expectedType: ExistsType.DirectoryType })
    files = isDirectory
      ? files.withDirectory(path, sources.directory(path))
      : files.withFile(path, sources.file(path))
  }
  return files
}
