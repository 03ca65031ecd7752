import type { DebianSet } from "../../images/rootfs/index.ts"

/** What a node needs of Debian, beside what is essential: its container runtime, firewall, mounts and first process. */
export const clusterDebian: DebianSet = {
  name: "cluster",
  packages: ["busybox", "iproute2", "iptables", "libstdc++6", "mount", "openssl", "runc", "tini"],
}
