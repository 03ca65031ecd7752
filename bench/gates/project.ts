import { cp, mkdir, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { versions } from "../../toolchain/index.ts"
import { componentNames, writeDockerfile } from "../example/dockerfile.ts"
import { appendToAll, writeFiles } from "../example/files.ts"
import { clone, component, editedSource, pathOf } from "../example/project.ts"
import { exampleChart } from "./chart.ts"
import type { HostTools } from "./host-tools.ts"
import type { ScriptProject } from "./script.ts"

/** The whole example application twice: a call judges the one, a script the other. */
export interface Trees extends AsyncDisposable {
  readonly ours: string
  readonly script: ScriptProject
  /** Changes one source of one component, in both, to something that it never was. */
  editSource(fresh: string): Promise<void>
  /** Takes everything away that the script's npm has installed or kept. */
  uninstall(): Promise<void>
  /** Variables of the script: npm keeps what it downloads where `uninstall` finds it. */
  readonly environment: Readonly<Record<string, string>>
}

export async function makeTrees({ advisories }: HostTools): Promise<Trees> {
  const root = await mkdtemp(join(tmpdir(), "signalbox-bench-"))
  const below = (name: string) => join(root, name)
  const [ours, tree, out] = [below("ours"), below("script"), below("out")]
  await clone(ours)
  const toolbox = await clone(tree)
  for (const name of componentNames) {
    await writeDockerfile(join(tree, pathOf(name)), name, toolbox)
    await mkdir(join(out, `${name}-image`), { recursive: true })
  }
  // Trivy writes into its cache.
  const trivyCache = below("trivy")
  if (advisories !== undefined) await cp(advisories, join(trivyCache, "db"), { recursive: true })
  const values = below("images.yaml")
  const { path, environments, images } = await exampleChart(tree, values)
  await writeFiles({ [values]: images })
  const gone = [...componentNames.map((name) => join(tree, pathOf(name), "node_modules")), below("npm-cache")]
  return {
    ours,
    script: { tree, out, trivyCache, chart: { path, kubernetes: versions.kubernetes }, environments },
    environment: { npm_config_cache: below("npm-cache") },
    editSource: (fresh) =>
      appendToAll(
        [ours, tree].map((copy) => join(copy, pathOf(component), editedSource)),
        `\n// ${fresh}\n`,
      ),
    async uninstall() {
      for (const path of gone) await rm(path, { recursive: true, force: true })
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}
