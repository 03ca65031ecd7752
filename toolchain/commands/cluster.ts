import { kubeconfigCommand, mainInstance } from "../cluster/index.ts"
import { clusterOf, steps } from "../parts.ts"
import { paths, repositoryRoot } from "../paths.ts"
import { exitCode, planSteps, ToolchainError } from "../steps/index.ts"
import { type Running, up } from "./up.ts"

/** Starts the toolchain, then the cluster of host processes, whose state survives a restart. */
export async function clusterUp(): Promise<Running> {
  const running = await up()
  const { outputs } = running
  if (!outputs) {
    throw new ToolchainError(
      "CLUSTER_UNBUILT",
      "The cluster is made from the toolchain's parts, and nothing is built beside an engine that was there already.",
      "Name your own cluster by a kubeconfig, or unset _EXPERIMENTAL_DAGGER_RUNNER_HOST and run this again.",
      exitCode.usage,
    )
  }
  await clusterOf(outputs, (holder) => process.stderr.write(`▸ Wait for ${holder}\n`)).up()
  return running
}

const cluster = async () => clusterOf(await planSteps(steps, { root: repositoryRoot, cache: paths.cache }))

export async function clusterDown(): Promise<void> {
  await (await cluster()).down()
}

/** Prints the cluster's state. @returns whether it is up */
export async function clusterStatus(print: (line: string) => void): Promise<boolean> {
  const { state, detail } = await (await cluster()).status()
  print(`${state}: ${detail}`)
  return state === "up"
}

/** Path of the kubeconfig that the arguments select: the administrator's, or one for a single namespace. */
export function clusterKubeconfig(args: readonly string[]): Promise<string> {
  return kubeconfigCommand(mainInstance, args)
}
