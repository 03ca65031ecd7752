import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { parseToolbox } from "../../src/toolbox/parse.ts"
import { imageAddress } from "../../src/toolbox/reference.ts"
import type { ToolboxFile } from "../../src/toolbox/schema.ts"
import { paths } from "../../toolchain/paths.ts"
import { git } from "../engine/support/repository.ts"
import type { CorpusProject } from "./expected.ts"

/** A project as a repository of its own, that is gone afterwards. */
export interface Repository extends AsyncDisposable {
  readonly path: string
}

/** Makes the project's repository: its history first, then its tree, and the machine's toolbox beside it. */
export async function repositoryOf(project: CorpusProject): Promise<Repository> {
  const path = await mkdtemp(join(tmpdir(), `signalbox-corpus-${project.name}-`))
  const commit = async (message: string) => {
    await git(path, "add", "--all")
    await git(path, "commit", "--quiet", "--message", message)
  }
  const toolbox = await readFile(paths.toolbox, "utf8")
  const withTexts = textsOf(project, toolbox)
  await git(path, "init", "--quiet", "--initial-branch", "main")
  for (const { message, write, remove } of project.history) {
    for (const [file, text] of Object.entries(write)) await put(join(path, file), withTexts(text))
    for (const file of remove) await rm(join(path, file))
    await commit(message)
  }
  await cp(project.tree, path, { recursive: true })
  await replaceIn(path, withTexts)
  await put(join(path, "toolbox.yaml"), toolbox)
  await commit("feat: begin")
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** What replaces the names that stand for text in a project's files. */
export function textsOf(
  { joined, replaced }: Pick<CorpusProject, "joined" | "replaced">,
  toolbox: string,
): (text: string) => string {
  const tools = Object.keys(replaced).length === 0 ? undefined : parseToolbox(toolbox, "toolbox.yaml")
  const texts = [
    ...Object.entries(joined).map(([name, parts]) => [name, parts.join("")] as const),
    ...Object.entries(replaced).map(
      ([name, tool]) => [name, tools === undefined ? "" : addressOf(tools, tool)] as const,
    ),
  ]
  return (text) => texts.reduce((all, [name, by]) => all.replaceAll(name, by), text)
}

function addressOf({ tools }: ToolboxFile, name: string): string {
  const tool = Object.entries(tools).find(([key]) => key === name)?.[1]
  if (tool === undefined) throw new Error(`the toolbox has no ${name}`)
  return imageAddress(tool)
}

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

/** Files that are no text stay as they are. */
async function replaceIn(root: string, withTexts: (text: string) => string): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name)
    if (!entry.isFile() || file.startsWith(join(root, ".git/"))) continue
    const bytes = await readFile(file)
    const text = bytes.toString("utf8")
    const changed = withTexts(text)
    if (changed !== text && Buffer.from(text).equals(bytes)) await writeFile(file, changed)
  }
}
