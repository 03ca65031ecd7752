import { join } from "node:path"
import { addresses, programs, runtimeFiles, stateDirectories } from "./layout.ts"
import type { Pki } from "./pki.ts"
import type { Settings } from "./settings.ts"

/** The images that the archive brings. They are never pulled: no registry has them. */
export const builtinImages = {
  pause: "localhost/pause:1",
  busybox: "localhost/busybox:1",
  coredns: "localhost/coredns:1",
  localPath: "localhost/local-path-provisioner:1",
} as const

/** A file to write before the components start. */
export interface ConfigurationFile {
  readonly path: string
  readonly content: string
}

/** The configuration files of containerd, its network, kubelet, kube-proxy and API server. */
export function configurationFiles(
  settings: Settings,
  pki: Pki,
  kubeconfig: (name: string) => string,
): readonly ConfigurationFile[] {
  const json = (path: string, value: unknown): ConfigurationFile => ({ path, content: JSON.stringify(value) })
  return [
    { path: runtimeFiles.containerd, content: containerd() },
    json(join(runtimeFiles.cni, "10-pods.conflist"), podNetwork),
    json(runtimeFiles.kubelet, kubelet(pki)),
    json(runtimeFiles.proxy, proxy(kubeconfig("kube-proxy"))),
    json(runtimeFiles.authentication, authentication),
    ...settings.plainRegistries.map((registry) => ({
      path: join(runtimeFiles.registries, registry, "hosts.toml"),
      content: plainRegistry(registry),
    })),
    ...(settings.token === undefined
      ? []
      : [{ path: runtimeFiles.tokens, content: `${settings.token},signalbox-admin,admin,system:masters\n` }]),
  ]
}

const containerd = (): string => `version = 3
root = "${stateDirectories.containerd}"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "overlayfs"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "${builtinImages.pause}"
  [plugins.'io.containerd.cri.v1.images'.registry]
    config_path = "${runtimeFiles.registries}"
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      SystemdCgroup = false
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["${programs.cni}"]
    conf_dir = "${runtimeFiles.cni}"
`

const plainRegistry = (registry: string): string => `server = "http://${registry}"
[host."http://${registry}"]
  capabilities = ["pull", "resolve"]
`

const podNetwork = {
  cniVersion: "1.0.0",
  name: "pods",
  plugins: [
    {
      type: "bridge",
      bridge: "cni0",
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: {
        type: "host-local",
        // Given addresses are forgotten with the network namespace that they were given in.
        dataDir: "/run/cni-addresses",
        ranges: [[{ subnet: addresses.pods }]],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
  ],
}

const kubelet = (pki: Pki) => ({
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  failCgroupV1: false,
  cgroupDriver: "cgroupfs",
  containerRuntimeEndpoint: `unix://${runtimeFiles.containerdSocket}`,
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: pki.authority.certificate },
  },
  authorization: { mode: "Webhook" },
  tlsCertFile: pki.kubeletServer.certificate,
  tlsPrivateKeyFile: pki.kubeletServer.key,
  readOnlyPort: 0,
  healthzBindAddress: "127.0.0.1",
  clusterDNS: [addresses.dns],
  clusterDomain: addresses.domain,
  resolvConf: runtimeFiles.resolv,
  podLogsDir: stateDirectories.podLogs,
  volumePluginDir: runtimeFiles.plugins,
  failSwapOn: false,
  enforceNodeAllocatable: [],
  // The disk is shared with everything else on the machine: no pod goes because somebody else filled it.
  evictionHard: {
    "memory.available": "100Mi",
    "nodefs.available": "0%",
    "nodefs.inodesFree": "0%",
    "imagefs.available": "0%",
    "imagefs.inodesFree": "0%",
  },
  // The images of the archive could not be pulled again.
  imageGCHighThresholdPercent: 100,
  serializeImagePulls: false,
  registryPullQPS: 0,
  eventRecordQPS: 0,
})

const proxy = (kubeconfig: string) => ({
  apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
  kind: "KubeProxyConfiguration",
  clientConnection: { kubeconfig },
  clusterCIDR: addresses.pods,
  mode: "iptables",
  iptables: { minSyncPeriod: "0s" },
  // Limits of connection tracking belong to the whole machine, too.
  conntrack: { maxPerCore: 0, min: 0, tcpCloseWaitTimeout: "0s", tcpEstablishedTimeout: "0s" },
})

/** Nobody is anonymous, except who asks whether the server is alive. */
const authentication = {
  apiVersion: "apiserver.config.k8s.io/v1",
  kind: "AuthenticationConfiguration",
  anonymous: {
    enabled: true,
    conditions: [{ path: "/livez" }, { path: "/readyz" }, { path: "/healthz" }],
  },
}
