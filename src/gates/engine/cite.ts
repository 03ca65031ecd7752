import type { Directory } from "@dagger.io/dagger"
import { program, type ToolboxFile, toolContainer } from "../../toolbox/index.ts"
import type { FilePlaces } from "./code-digests.ts"

/** What stands in places of a tree: the text of code-digests.ts, which KnownCode reads. */
export async function citeCode(
  toolbox: ToolboxFile,
  tree: Directory,
  places: readonly FilePlaces[],
): Promise<string> {
  const cite = "/signalbox/code-digests.ts"
  return toolContainer(toolbox, "node")
    .withUser("0")
    .withFile(cite, program("src/gates/engine/code-digests.ts"))
    .withNewFile("/signalbox/places.json", JSON.stringify(places))
    .withMountedDirectory("/tree", tree)
    .withExec(["node", cite, "/signalbox/places.json", "/tree", "/signalbox/code.json"])
    .file("/signalbox/code.json")
    .contents()
}
