import { realpath } from "node:fs/promises"
import { delimiter, join } from "node:path"
import { paths } from "../paths.ts"
import { execute } from "../steps/index.ts"
import { versions } from "../versions.ts"
import { engineAddress } from "./service.ts"

/** An engine that is there without this toolchain. */
export interface ExternalEngine {
  /** One line for a person. */
  readonly description: string
}

/** Dagger's own variable for an engine that runs elsewhere. */
const runnerHost = "_EXPERIMENTAL_DAGGER_RUNNER_HOST"

/**
 * The engine to use instead of a built one: a remote one that the environment names, or the official CLI of the
 * pinned version together with a container runtime, in which it starts its engine by itself.
 */
export async function findExternalEngine(
  env: NodeJS.ProcessEnv = process.env,
): Promise<ExternalEngine | undefined> {
  const named = env[runnerHost]
  if (named && named !== engineAddress)
    return { description: `the engine that ${runnerHost} names, ${named}` }
  const cli = await foreignCommand("dagger", env)
  if (!cli || !(await hasVersion(cli)) || !(await runsContainers())) return undefined
  return { description: `the official CLI ${cli}, v${versions.dagger}` }
}

/** The first command of that name in the search path, unless it is this toolchain's own build. */
async function foreignCommand(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const directory of (env.PATH ?? "").split(delimiter)) {
    const path = await realpath(join(directory, name)).catch(() => undefined)
    if (path) return path.startsWith(`${paths.cache}/`) ? undefined : path
  }
  return undefined
}

async function hasVersion(cli: string): Promise<boolean> {
  const printed = await execute(cli, ["version"]).catch(() => "")
  return printed.split(" ")[1] === `v${versions.dagger}`
}

async function runsContainers(): Promise<boolean> {
  return execute("docker", ["info", "--format", "{{.ServerVersion}}"]).then(
    () => true,
    () => false,
  )
}
