/** The toolbox file of a call that names none. On every call's way: it imports nothing of weight. */
import { type Directory, dag, type File } from "@dagger.io/dagger"

export const toolboxName = "toolbox.yaml"

/** The file of this version of Signalbox: public images by exact version. */
export const ownDefault = (): File => dag.currentModule().source().file(toolboxName)

/** The tree's own file, or else this version's. The engine knows it by its content, whatever else is in the tree. */
export function toolboxOf(source: Directory): File {
  return dag
    .directory()
    .withFile(toolboxName, ownDefault())
    .withDirectory("/", source, { include: [toolboxName] })
    .file(toolboxName)
}
