import { join } from "node:path"

/** Addresses inside a cluster. They are reachable in the node's own network namespace only. */
export const addresses = {
  services: "10.96.0.0/16",
  /** First address of the service range: the API server, as pods see it. */
  apiServer: "10.96.0.1",
  dns: "10.96.0.10",
  pods: "10.244.0.0/24",
  domain: "cluster.local",
} as const

/** Ports of the node. */
export const ports = {
  apiServer: 6443,
  /** On loopback only. */
  etcd: 2379,
  /** Plain HTTP: opens when the cluster is ready; serves `/ca.crt` and `/ready`. No secrets. */
  ready: 6444,
} as const

/** The node's name in the cluster. */
export const nodeName = "signalbox"

/** Where the node program's image keeps its parts. */
export const programs = {
  binaries: "/usr/local/bin",
  cni: "/opt/cni/bin",
  /** One OCI archive with the images that a cluster needs before it can reach a registry. */
  images: "/opt/cluster/images.tar",
} as const

const state = "/var/lib/cluster"
const inState = (...parts: string[]): string => join(state, ...parts)

/** What survives a restart. Keep all of it or none: objects, keys and images belong together. */
export const stateDirectories = {
  root: state,
  pki: inState("pki"),
  etcd: inState("etcd"),
  containerd: inState("containerd"),
  kubelet: inState("kubelet"),
  volumes: inState("volumes"),
  logs: inState("logs"),
  podLogs: inState("logs", "pods"),
} as const

/** What is made anew at each start. */
const runtime = "/run/cluster"
const inRuntime = (...parts: string[]): string => join(runtime, ...parts)

/** Where the kubelet looks for its state, whatever its flags say; the state's directory is mounted there. */
export const kubeletRoot = "/var/lib/kubelet"

export const runtimeFiles = {
  root: runtime,
  containerdSocket: "/run/containerd/containerd.sock",
  containerd: inRuntime("containerd.toml"),
  registries: inRuntime("registries"),
  kubelet: inRuntime("kubelet.yaml"),
  proxy: inRuntime("kube-proxy.yaml"),
  authentication: inRuntime("authentication.yaml"),
  tokens: inRuntime("tokens.csv"),
  resolv: inRuntime("resolv.conf"),
  cni: inRuntime("cni"),
  plugins: inRuntime("volume-plugins"),
} as const
