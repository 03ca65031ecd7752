import { rm } from "node:fs/promises"
import { join } from "node:path"
import {
  type ClusterInstance,
  clusterRootfs,
  hostCluster,
  kubeBinaries,
} from "../../../toolchain/cluster/index.ts"
import { steps } from "../../../toolchain/parts.ts"
import { paths, repositoryRoot } from "../../../toolchain/paths.ts"
import { planSteps, type Service } from "../../../toolchain/steps/index.ts"

/** A second cluster beside the toolchain's own, for tests that stop and kill it. */
export const instance: ClusterInstance = {
  name: "check",
  hostAddress: "198.18.1.5",
  nodeAddress: "198.18.1.6",
  prefixLength: 30,
  forwardPort: 16444,
  directory: join(paths.cache, "test", "cluster-check"),
  log: join(paths.logs, "cluster-check.log"),
}

const outputs = await planSteps(steps, { root: repositoryRoot, cache: paths.cache })

/** The toolchain's own kubectl. */
export const kubectlPath = join(outputs.output(kubeBinaries.id), "kubectl")

export const outputOf = (step: string): string => outputs.output(step)

export const cluster: Service = hostCluster(outputs.output(clusterRootfs.id), { instance })

/** Stops the cluster and forgets its state. */
export async function forget(): Promise<void> {
  await cluster.down()
  await rm(instance.directory, { recursive: true, force: true })
}
