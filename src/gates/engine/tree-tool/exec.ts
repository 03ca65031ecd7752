import { type Directory, dag } from "@dagger.io/dagger"
import { nodeWith, program, type ToolName, usedTool } from "../../../toolbox/index.ts"
import type { GateContext, ToolRun } from "../../gate.ts"
import { outDirectory, settle } from "../exec.ts"
import type { TreeToolRequest } from "./main.ts"
import type { NotLooked, TreeRun } from "./read.ts"

/** Up to this many files are given one by one: then an edit of another file runs nothing. Each costs the engine a layer. */
const fewFiles = 60
/** Reports that are read: as many as 10,000 files make. */
const mostReports = 50

export interface TreeLinter
  extends Omit<TreeToolRequest, "files" | "apart" | "placeholders" | "seconds" | "command"> {
  readonly tool: ToolName
  /** A file of ours that it reads as its settings. Default: none. */
  readonly settings?: { readonly path: string; readonly text: string }
}

/** The files that a gate judges, and those that it can not. */
export interface TreeFiles {
  readonly files: readonly string[]
  /** Those of them that need arguments of their own. Default: none. */
  readonly apart?: NonNullable<TreeToolRequest["apart"]>
  /** What these read, and what is not judged itself. Default: nothing. */
  readonly beside?: readonly string[]
  /** What it only looks for: nothing of what is in these files counts. Default: nothing. */
  readonly placeholders?: readonly string[]
  readonly notLooked: readonly NotLooked[]
}

/** Of all files of the tree, those that are the project's: what a package manager has installed is not. */
export async function treeFiles(source: Directory): Promise<readonly string[]> {
  const paths = await source.glob("**")
  return paths.filter((path) => !path.endsWith("/") && !isInstalled(path)).sort()
}

const isInstalled = (path: string): boolean =>
  path.split("/").some((part) => [".git", "node_modules"].includes(part))

/** Runs a linter that is one static binary over files of the tree, beside Node and without a network of its own. */
export async function lintFiles(
  context: GateContext,
  { files, apart = [], beside = [], placeholders = [], notLooked }: TreeFiles,
  { tool: name, settings, ...linter }: TreeLinter,
): Promise<ToolRun<TreeRun>> {
  const tool = await usedTool(context.toolbox, name)
  const request: TreeToolRequest = {
    ...linter,
    command: name,
    seconds: context.seconds,
    files,
    apart,
    placeholders,
  }
  const root = "/tree"
  const node = nodeWith(context.toolbox, [name]).withUser("0")
  const ready = settings === undefined ? node : node.withNewFile(settings.path, settings.text)
  const container = ready
    // It reads no settings but ours: neither those of a home directory nor those of the tree.
    .withEnvVariable("HOME", "/nowhere")
    .withEnvVariable("LANG", "C.UTF-8")
    .withFile("/signalbox/run-tool.ts", program("src/gates/engine/run-tool.ts"))
    .withFile("/signalbox/code-digests.ts", program("src/gates/engine/code-digests.ts"))
    .withFile("/signalbox/tree-tool/main.ts", program("src/gates/engine/tree-tool/main.ts"))
    .withFile(
      "/signalbox/tree-tool/dockerfile-shells.ts",
      program("src/gates/engine/tree-tool/dockerfile-shells.ts"),
    )
    .withNewFile("/signalbox/request.json", JSON.stringify(request))
    .withMountedDirectory(root, chosen(context.source, [...files, ...beside]))
    .withDirectory(outDirectory, dag.directory())
    .withExec(["node", "/signalbox/tree-tool/main.ts", "/signalbox/request.json", outDirectory, root])
  const most = linter.oneByOne === true ? files.length : mostReports
  const reports = Array.from({ length: most }, (_, index) => `report-${index + 1}.txt`)
  const outcome = await settle(container, ["looked.json", ...reports])
  const output = { tool, files, notLooked, outcome }
  return outcome.finished ? { output, raw: outcome.out } : { output }
}

function chosen(source: Directory, files: readonly string[]): Directory {
  if (files.length > fewFiles) return source
  return files.reduce((some, file) => some.withFile(file, source.file(file)), dag.directory())
}
