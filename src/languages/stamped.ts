import type { Directory } from "@dagger.io/dagger"
import { program, type ToolboxFile, toolContainer } from "../toolbox/index.ts"

const stamp = "src/languages/stamp.ts"

/** Files for an image with one time stamp; without seconds it follows from their content. See stamp.ts. */
export function stamped(toolbox: ToolboxFile, overlay: Directory, seconds?: number): Directory {
  return toolContainer(toolbox, "node")
    .withFile("/stamp.ts", program(stamp))
    .withDirectory("/overlay", overlay)
    .withExec(["node", "/stamp.ts", "/overlay", ...(seconds === undefined ? [] : [String(seconds)])])
    .directory("/overlay")
}
