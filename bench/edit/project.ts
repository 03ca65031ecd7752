import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { parseToolbox } from "../../src/toolbox/index.ts"
import { paths, repositoryRoot } from "../../toolchain/paths.ts"
import { execute } from "../../toolchain/steps/index.ts"
import { dockerfile } from "./dockerfile.ts"

/** The example application in copies of its own: in ours a call is made, beside it the same is done without us. */
export interface Projects extends AsyncDisposable {
  /** The repository as it is committed. */
  readonly ours: string
  /** One component with its packages, on the host. */
  readonly bare: string
  /** The same component with a Dockerfile, for the same engine. */
  readonly docker: string
  /** Changes one source of the component, in all copies, to something that it never was. */
  editSource(fresh: string): Promise<void>
  editTest(fresh: string): Promise<void>
  editReadme(fresh: string): Promise<void>
}

export const component = "backend"
const path = `examples/intelligent-agent/${component}`

export async function makeProjects(): Promise<Projects> {
  const root = await mkdtemp(join(tmpdir(), "signalbox-bench-"))
  const [ours, bare, docker] = ["ours", "bare", "docker"].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ]
  await execute("git", ["clone", "--quiet", "--local", `file://${repositoryRoot}`, ours])
  const toolbox = await readFile(paths.toolbox, "utf8")
  await writeFile(join(ours, "toolbox.yaml"), toolbox)
  for (const copy of [bare, docker]) await cp(join(ours, path), copy, { recursive: true })
  const { Dockerfile, dockerignore } = dockerfile(parseToolbox(toolbox, paths.toolbox))
  await writeFile(join(docker, "Dockerfile"), Dockerfile)
  await writeFile(join(docker, ".dockerignore"), dockerignore)
  await execute("npm", ["ci", "--no-audit", "--no-fund"], { cwd: bare, env: hostNode() })
  const append = async (file: string, text: string) => {
    for (const copy of [join(ours, path), bare, docker]) await appendFile(join(copy, file), text)
  }
  return {
    ours,
    bare,
    docker,
    editSource: (fresh) => append("src/config.ts", `\n// ${fresh}\n`),
    editTest: (fresh) => append("test/app.ts", `\n// ${fresh}\n`),
    editReadme: (fresh) => append("README.md", `\n${fresh}\n`),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}

/** The Node that this program runs on comes first, whatever else the machine has. */
export function hostNode(): Record<string, string> {
  return { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}` }
}
