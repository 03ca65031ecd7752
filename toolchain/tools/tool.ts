import { join } from "node:path"
import { goBuild } from "../go.ts"
import { fetchGoModules } from "../go-modules.ts"
import type { Step } from "../steps/index.ts"

/** A program that is built from a published Go module. */
export interface GoTool {
  /** Name of the binary, of the directory with its go.mod, and (after `tool-`) of its step. */
  readonly name: string
  /** Version as the program reports it. */
  readonly version: string
  /** The main package. */
  readonly package: string
  /** The variable that holds the version; absent where the source itself states it. */
  readonly versionVariable?: string
  readonly env?: Readonly<Record<string, string>>
  /** Takes more than a few seconds or hundreds of megabytes. Default: true. */
  readonly heavy?: boolean
}

/** Id of the step that builds a tool; its output holds the binary under the tool's name. */
export const toolStepId = (name: string): string => `tool-${name}`

/** The step that builds a tool and asks it for its version, so that a wrong link flag is seen at once. */
export function toolStep(tool: GoTool): Step {
  const directory = `toolchain/tools/${tool.name}`
  const source = { packages: [tool.package], ...(tool.env && { env: tool.env }) }
  return {
    id: toolStepId(tool.name),
    title: `Build ${tool.name} ${tool.version}`,
    needs: [],
    inputs: {
      files: [`${directory}/go.mod`, `${directory}/go.sum`, "toolchain/go.ts"],
      values: [JSON.stringify(tool)],
    },
    heavy: tool.heavy ?? true,
    fetch: (ctx) => fetchGoModules(ctx, { module: join(ctx.root, directory), ...source }),
    async run(ctx) {
      const flags = tool.versionVariable ? [`-X ${tool.versionVariable}=${tool.version}`] : []
      await goBuild(ctx, {
        module: join(ctx.root, directory),
        out: ctx.out,
        ...source,
        linkerFlags: ["-s", "-w", ...flags],
      })
      await checkVersion(tool, (args) => ctx.exec(join(ctx.out, tool.name), args))
    },
  }
}

/** How a tool is asked for its version, where that is not `version`. */
const askedBy: Readonly<Record<string, string>> = {
  kubeconform: "-v",
  actionlint: "-version",
  "osv-scanner": "-v",
}

async function checkVersion(tool: GoTool, run: (args: readonly string[]) => Promise<string>): Promise<void> {
  const said = await run([askedBy[tool.name] ?? "version"])
  if (!said.includes(tool.version)) {
    throw new Error(`${tool.name} says "${said.trim()}", expected ${tool.version}`)
  }
}
