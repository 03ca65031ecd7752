import { join } from "node:path"
import { addresses, nodeName, ports, programs, runtimeFiles, stateDirectories } from "./layout.ts"
import type { Pki } from "./pki.ts"
import type { Settings } from "./settings.ts"

/** One program of the node: what to start, by which name its log goes. */
export interface Component {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
}

export type ComponentName =
  | "containerd"
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kubelet"
  | "kube-proxy"

export interface ComponentOptions {
  readonly settings: Settings
  readonly pki: Pki
  readonly nodeAddress: string
  /** Path of a component's kubeconfig. */
  readonly kubeconfig: (name: string) => string
}

/** Flags by name, without the leading dashes. */
type Flags = Readonly<Record<string, string | number | boolean>>

/** Every component with its flags. */
export function components(options: ComponentOptions): Readonly<Record<ComponentName, Component>> {
  const make = (name: ComponentName, flags: Flags): Component => ({
    name,
    command: join(programs.binaries, name),
    args: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
  })
  return {
    containerd: make("containerd", { config: runtimeFiles.containerd, "log-level": "warn" }),
    etcd: make("etcd", etcdFlags(options)),
    "kube-apiserver": make("kube-apiserver", apiServerFlags(options)),
    "kube-controller-manager": make("kube-controller-manager", controllerManagerFlags(options)),
    "kube-scheduler": make("kube-scheduler", schedulerFlags(options)),
    kubelet: make("kubelet", {
      config: runtimeFiles.kubelet,
      kubeconfig: options.kubeconfig("kubelet"),
      "hostname-override": nodeName,
      "node-ip": options.nodeAddress,
    }),
    "kube-proxy": make("kube-proxy", { config: runtimeFiles.proxy, "hostname-override": nodeName }),
  }
}

const etcdClients = `https://127.0.0.1:${ports.etcd}`
const etcdPeer = "https://127.0.0.1:2380"

function etcdFlags({ settings, pki }: ComponentOptions): Flags {
  return {
    "data-dir": stateDirectories.etcd,
    "listen-client-urls": etcdClients,
    "advertise-client-urls": etcdClients,
    "client-cert-auth": true,
    "trusted-ca-file": pki.etcdAuthority.certificate,
    "cert-file": pki.etcd.certificate,
    "key-file": pki.etcd.key,
    // One member has no peers, but the port is there: pods on the node's network must not get in by it.
    "listen-peer-urls": etcdPeer,
    "initial-advertise-peer-urls": etcdPeer,
    "initial-cluster": `default=${etcdPeer}`,
    "peer-client-cert-auth": true,
    "peer-trusted-ca-file": pki.etcdAuthority.certificate,
    "peer-cert-file": pki.etcd.certificate,
    "peer-key-file": pki.etcd.key,
    "log-level": "warn",
    // A history kept for ever would let a long-lived cluster reach its quota.
    "auto-compaction-mode": "periodic",
    "auto-compaction-retention": "10m",
    ...(settings.durable ? {} : { "unsafe-no-fsync": true }),
  }
}

function apiServerFlags({ settings, pki, nodeAddress }: ComponentOptions): Flags {
  return {
    "secure-port": ports.apiServer,
    "bind-address": "0.0.0.0",
    "advertise-address": nodeAddress,
    "tls-cert-file": pki.apiServer.certificate,
    "tls-private-key-file": pki.apiServer.key,
    "client-ca-file": pki.authority.certificate,
    "authentication-config": runtimeFiles.authentication,
    ...(settings.token === undefined ? {} : { "token-auth-file": runtimeFiles.tokens }),
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    "etcd-servers": etcdClients,
    "etcd-cafile": pki.etcdAuthority.certificate,
    "etcd-certfile": pki.etcdClient.certificate,
    "etcd-keyfile": pki.etcdClient.key,
    "kubelet-certificate-authority": pki.authority.certificate,
    "kubelet-client-certificate": pki.kubeletClient.certificate,
    "kubelet-client-key": pki.kubeletClient.key,
    "kubelet-preferred-address-types": "InternalIP",
    "requestheader-client-ca-file": pki.frontProxyAuthority.certificate,
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-username-headers": "X-Remote-User",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "proxy-client-cert-file": pki.frontProxyClient.certificate,
    "proxy-client-key-file": pki.frontProxyClient.key,
    "service-account-issuer": `https://kubernetes.default.svc.${addresses.domain}`,
    "service-account-key-file": pki.serviceAccountKey,
    "service-account-signing-key-file": pki.serviceAccountKey,
    "service-cluster-ip-range": addresses.services,
    "allow-privileged": true,
    profiling: false,
  }
}

function controllerManagerFlags({ pki, kubeconfig }: ComponentOptions): Flags {
  return {
    ...clientFlags(kubeconfig("kube-controller-manager")),
    "service-account-private-key-file": pki.serviceAccountKey,
    "root-ca-file": pki.authority.certificate,
    "cluster-signing-cert-file": pki.authority.certificate,
    "cluster-signing-key-file": pki.authority.key,
    "use-service-account-credentials": true,
    "cluster-cidr": addresses.pods,
    "allocate-node-cidrs": false,
    "flex-volume-plugin-dir": runtimeFiles.plugins,
    // By default it makes 20 calls a second, and needs some 100 before the first pod can be.
    "kube-api-qps": 500,
    "kube-api-burst": 1000,
  }
}

const schedulerFlags = ({ kubeconfig }: ComponentOptions): Flags => clientFlags(kubeconfig("kube-scheduler"))

/** One of each, so nobody has to be elected; their ports are for this node alone. */
function clientFlags(kubeconfig: string): Flags {
  return {
    kubeconfig,
    "authentication-kubeconfig": kubeconfig,
    "authorization-kubeconfig": kubeconfig,
    "bind-address": "127.0.0.1",
    "leader-elect": false,
    profiling: false,
  }
}
