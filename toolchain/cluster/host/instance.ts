import { join } from "node:path"
import { network } from "../../network.ts"
import { paths } from "../../paths.ts"

/** A cluster of host processes: its name, addresses and state. */
export interface ClusterInstance {
  /** Names the container, the control group and, shortened, the network interface: lower case letters and digits. */
  readonly name: string
  /** Address of the host's end of the link. */
  readonly hostAddress: string
  /** Address of the node; the API server listens there. */
  readonly nodeAddress: string
  readonly prefixLength: number
  /** Port on the host's loopback that leads to the API server. */
  readonly forwardPort: number
  /** Keeps everything that survives a restart. */
  readonly directory: string
  /** The node program's output. */
  readonly log: string
}

/** The one cluster that `toolchain cluster up` brings up. */
export const mainInstance: ClusterInstance = {
  name: "cluster",
  hostAddress: network.clusterHost,
  nodeAddress: network.clusterNode,
  prefixLength: network.clusterPrefixLength,
  forwardPort: network.clusterForwardPort,
  directory: paths.cluster,
  log: join(paths.logs, "cluster.log"),
}

/** Files of an instance. */
export const files = (instance: ClusterInstance) =>
  ({
    /** Seen by the node program as /var/lib/cluster. */
    state: join(instance.directory, "state"),
    /** What the runtime is told, made anew at each start. */
    bundle: join(instance.directory, "bundle"),
    /** The runtime's own notes. */
    runtime: join(instance.directory, "runtime"),
    authority: join(instance.directory, "state", "pki", "ca.crt"),
    adminKubeconfig: join(instance.directory, "state", "pki", "admin.kubeconfig"),
  }) as const

/** Names what an instance takes of the machine's name spaces. */
export const machineNames = ({ name }: ClusterInstance) =>
  ({
    container: `signalbox-${name}`,
    interface: `sb-${name}`.slice(0, 15),
    cgroup: `signalbox/${name}`,
  }) as const
