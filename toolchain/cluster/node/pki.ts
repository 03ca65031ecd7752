import { chmodSync, existsSync, mkdirSync, renameSync } from "node:fs"
import { join } from "node:path"
import { type CertificateRequest, ensureAuthority, ensureCertificate, type KeyPair } from "./certificate.ts"
import { addresses, nodeName } from "./layout.ts"
import { type Run, run } from "./run.ts"

/** Every key of a cluster. */
export interface Pki {
  /** Signs the API server's certificate and its clients' ones. */
  readonly authority: KeyPair
  readonly apiServer: KeyPair
  /** The API server, as it calls the kubelet. */
  readonly kubeletClient: KeyPair
  readonly kubelet: KeyPair
  readonly kubeletServer: KeyPair
  readonly admin: KeyPair
  readonly controllerManager: KeyPair
  readonly scheduler: KeyPair
  readonly proxy: KeyPair
  /** Signs the API server's certificate for extension API servers. */
  readonly frontProxyAuthority: KeyPair
  readonly frontProxyClient: KeyPair
  /** etcd has an authority of its own: no certificate of a Kubernetes user opens it. */
  readonly etcdAuthority: KeyPair
  readonly etcd: KeyPair
  readonly etcdClient: KeyPair
  /** Signs ServiceAccount tokens. */
  readonly serviceAccountKey: string
}

/** Names and addresses by which clients reach the API server. */
export function apiServerNames(nodeAddress: string, names: readonly string[]): readonly string[] {
  const inCluster = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"]
  const dns = [
    ...inCluster,
    `kubernetes.default.svc.${addresses.domain}`,
    "localhost",
    "k8s",
    "cluster",
    ...names,
  ]
  return [
    ...[...new Set(dns)].map((name) => `DNS:${name}`),
    ...[...new Set(["127.0.0.1", addresses.apiServer, nodeAddress])].map((address) => `IP:${address}`),
  ]
}

/** Makes the keys that are missing, about to expire, or made for other names; keeps the others. */
export async function ensurePki(
  directory: string,
  nodeAddress: string,
  names: readonly string[],
  exec: Run = run,
): Promise<Pki> {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  chmodSync(directory, 0o700)
  const at = (name: string): string => join(directory, name)
  const [authority, frontProxyAuthority, etcdAuthority, serviceAccountKey] = await Promise.all([
    ensureAuthority(at("ca"), "signalbox-cluster", exec),
    ensureAuthority(at("front-proxy-ca"), "signalbox-front-proxy", exec),
    ensureAuthority(at("etcd-ca"), "signalbox-etcd", exec),
    ensureKey(at("service-account.key"), exec),
  ])
  const make = (name: string, by: KeyPair, wanted: CertificateRequest) =>
    ensureCertificate(at(name), by, wanted, exec)
  const client = (name: string, commonName: string, organization?: string) =>
    make(name, authority, { commonName, ...(organization ? { organization } : {}) })
  const local = ["DNS:localhost", "IP:127.0.0.1"]
  const pairs = await Promise.all([
    make("apiserver", authority, {
      commonName: "kube-apiserver",
      serves: apiServerNames(nodeAddress, names),
    }),
    client("apiserver-kubelet-client", "kube-apiserver-kubelet-client", "system:masters"),
    client("kubelet-client", `system:node:${nodeName}`, "system:nodes"),
    make("kubelet", authority, {
      commonName: `system:node:${nodeName}`,
      organization: "system:nodes",
      serves: [`DNS:${nodeName}`, `IP:${nodeAddress}`],
    }),
    client("admin", "signalbox-admin", "system:masters"),
    client("controller-manager", "system:kube-controller-manager"),
    client("scheduler", "system:kube-scheduler"),
    client("kube-proxy", "system:kube-proxy"),
    make("front-proxy-client", frontProxyAuthority, { commonName: "front-proxy-client" }),
    make("etcd", etcdAuthority, { commonName: "etcd", serves: local, client: true }),
    make("etcd-client", etcdAuthority, { commonName: "kube-apiserver" }),
  ] as const)
  const [
    apiServer,
    kubeletClient,
    kubelet,
    kubeletServer,
    admin,
    controllerManager,
    scheduler,
    proxy,
    ...rest
  ] = pairs
  const [frontProxyClient, etcd, etcdClient] = rest
  return {
    authority,
    frontProxyAuthority,
    etcdAuthority,
    serviceAccountKey,
    ...{ apiServer, kubeletClient, kubelet, kubeletServer, admin, controllerManager, scheduler, proxy },
    ...{ frontProxyClient, etcd, etcdClient },
  }
}

async function ensureKey(path: string, exec: Run): Promise<string> {
  if (existsSync(path)) return path
  const fresh = `${path}.new`
  // The older of the two formats: the API server reads the public key from it as well.
  await exec("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", fresh])
  chmodSync(fresh, 0o600)
  renameSync(fresh, path)
  return path
}
