import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { parseToolbox, type ToolboxFile } from "../../src/toolbox/index.ts"
import { paths, repositoryRoot } from "../../toolchain/paths.ts"
import { execute } from "../../toolchain/steps/index.ts"
import { type ComponentName, writeDockerfile } from "./dockerfile.ts"
import { appendToAll } from "./files.ts"

/** The example application in copies of its own: in ours a call is made, beside it the same is done without us. */
export interface Projects extends AsyncDisposable {
  /** The repository as it is committed. */
  readonly ours: string
  /** One component on the host, with its packages where they were asked for. */
  readonly bare: string
  /** The same component with a Dockerfile, for the same engine. */
  readonly docker: string
  /** Changes one source of the component, in all copies, to something that it never was. */
  editSource(fresh: string): Promise<void>
  editTest(fresh: string): Promise<void>
  editReadme(fresh: string): Promise<void>
}

export const component: ComponentName = "backend"

/** Directory of a component in a clone of the repository. */
export const pathOf = (name: ComponentName): string => join("examples", "intelligent-agent", name)
/** The source of it that is edited. */
export const editedSource = "src/config.ts"

/** @param install the packages of the copy on the host, as a developer has them. */
export async function makeProjects({ install }: { readonly install: boolean }): Promise<Projects> {
  const root = await mkdtemp(join(tmpdir(), "signalbox-bench-"))
  const { ours, bare, docker } = placesBelow(root)
  const toolbox = await clone(ours)
  for (const copy of [bare, docker]) await cp(join(ours, pathOf(component)), copy, { recursive: true })
  await writeDockerfile(docker, component, toolbox)
  if (install) await execute("npm", ["ci", "--no-audit", "--no-fund"], { cwd: bare, env: hostNode() })
  const append = (file: string, text: string) =>
    appendToAll(
      [join(ours, pathOf(component)), bare, docker].map((copy) => join(copy, file)),
      text,
    )
  return {
    ours,
    bare,
    docker,
    editSource: (fresh) => append(editedSource, `\n// ${fresh}\n`),
    editTest: (fresh) => append("test/app.ts", `\n// ${fresh}\n`),
    editReadme: (fresh) => append("README.md", `\n${fresh}\n`),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}

const placesBelow = (root: string) => ({
  ours: join(root, "ours"),
  bare: join(root, "bare"),
  docker: join(root, "docker"),
})

/** Clones the repository as it is committed, with the toolbox of this machine, which is returned. */
export async function clone(to: string): Promise<ToolboxFile> {
  await execute("git", ["clone", "--quiet", "--local", `file://${repositoryRoot}`, to])
  const toolbox = await readFile(paths.toolbox, "utf8")
  await writeFile(join(to, "toolbox.yaml"), toolbox)
  return parseToolbox(toolbox, paths.toolbox)
}

/** The Node that this program runs on comes first, whatever else the machine has. */
export function hostNode(): Record<string, string> {
  return { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}` }
}
