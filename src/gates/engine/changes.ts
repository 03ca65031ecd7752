import type { Directory } from "@dagger.io/dagger"
import { z } from "zod"
import { program, type ToolboxFile, toolContainer } from "../../toolbox/index.ts"
import { readJson } from "../formats/read.ts"

/** What a check's command judges, and must not change before it does. */
export interface JudgedTree {
  readonly toolbox: ToolboxFile
  /** The component's directory in the source; null where the source does not contain the component. */
  readonly source: Directory | null
}

const compareTrees = "/signalbox/compare-trees.ts"

const compared = z.object({
  changed: z.array(z.string()),
  comments: z.array(z.object({ file: z.string(), line: z.int(), text: z.string() })),
})

/** What a command changed of the tree, and the comments in the tree that switch its tool off. */
export type Compared = Readonly<z.infer<typeof compared>>

/**
 * The files of the tree that a command changed, by its working directory before and after. In a container of our own:
 * where the development container has no Node, nothing of ours can run beside the command.
 * @param comments regular expression of the comments that switch the tool off. Default: none are looked for.
 */
export async function changedBy(
  { toolbox, source }: JudgedTree,
  before: Directory,
  after: Directory,
  comments: string | undefined,
): Promise<Compared> {
  if (source === null) return { changed: [], comments: [] }
  const text = await toolContainer(toolbox, "node")
    .withUser("0")
    .withFile(compareTrees, program("src/gates/engine/compare-trees.ts"))
    .withFile("/signalbox/run-tool.ts", program("src/gates/engine/run-tool.ts"))
    .withFile("/signalbox/find-comments.ts", program("src/gates/engine/find-comments.ts"))
    .withMountedDirectory("/source", source)
    .withMountedDirectory("/before", before)
    .withMountedDirectory("/after", after)
    .withExec([
      ...["node", compareTrees, "/source", "/before", "/after"],
      ...(comments === undefined ? [] : [comments]),
    ])
    .stdout()
  return readJson("compare-trees.ts", text, compared)
}
