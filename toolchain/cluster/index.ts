import { debianStep, imageStep, lockedDebian } from "../images/index.ts"
import type { Step } from "../steps/index.ts"
import {
  cniBinaries,
  containerdBinaries,
  corednsBinary,
  etcdBinaries,
  kubeBinaries,
  localPathBinary,
} from "./binaries.ts"
import { busybox } from "./image/busybox.ts"
import { clusterDebian } from "./image/debian.ts"
import { kubernetes } from "./image/recipe.ts"
import { clusterRootfs } from "./image/rootfs.ts"
import { clusterImages } from "./image/small.ts"
import { clusterProgram } from "./program.ts"
import { kubernetesSchemas, schemasImage } from "./schemas/step.ts"

export { kubeBinaries } from "./binaries.ts"
export { type HostClusterOptions, hostCluster } from "./host/cluster.ts"
export { type ClusterInstance, files, mainInstance } from "./host/instance.ts"
export { clusterRootfs } from "./image/rootfs.ts"
export { kubeconfigCommand } from "./tenant/command.ts"
export { adminKubeconfig, namespaceKubeconfig } from "./tenant/kubeconfig.ts"

/** Debian packages of the machine that the cluster of host processes needs. */
export const clusterPackages: readonly string[] = ["runc", "iptables", "iproute2", "util-linux"]

/** Everything from Go modules and Debian packages to the images `kubernetes`, `schemas` and `busybox`. */
export const steps: readonly Step[] = [
  kubeBinaries,
  etcdBinaries,
  containerdBinaries,
  cniBinaries,
  corednsBinary,
  localPathBinary,
  clusterProgram,
  debianStep(clusterDebian, lockedDebian(clusterDebian.name)),
  clusterImages,
  imageStep(kubernetes),
  clusterRootfs,
  imageStep(busybox),
  kubernetesSchemas,
  imageStep(schemasImage),
]
