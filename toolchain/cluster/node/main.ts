import { readFileSync } from "node:fs"
import { join } from "node:path"
import { coredns } from "./addons/coredns.ts"
import { localPath } from "./addons/local-path.ts"
import { ApiClient, type KubeObject } from "./api.ts"
import { components } from "./components.ts"
import { configurationFiles } from "./configuration.ts"
import { setEarlyRules } from "./firewall.ts"
import { importImages } from "./images.ts"
import { identityOf, kubeconfig, writePrivate } from "./kubeconfig.ts"
import { ports, stateDirectories } from "./layout.ts"
import { ensurePki, type Pki } from "./pki.ts"
import { nameServers, nodeAddress, prepareMachine, writeConfiguration } from "./prepare.ts"
import {
  apiServerIsUp,
  containerdIsUp,
  etcdIsUp,
  namesResolve,
  nodeIsReady,
  serveReady,
  until,
} from "./ready.ts"
import { settingsFrom } from "./settings.ts"
import { Supervisor } from "./supervisor.ts"

/**
 * Brings up a cluster of one node in this process's namespaces and keeps it up: the same program is the first
 * process of the embedded cluster's container and of the cluster of host processes.
 */
async function main(): Promise<void> {
  const started = new Date()
  const seconds = (): number => (Date.now() - started.getTime()) / 1000
  const log = (line: string): void => console.log(`${seconds().toFixed(1).padStart(6)} s  ${line}`)
  const settings = settingsFrom(process.env)
  const address = nodeAddress()
  await prepareMachine(log)
  await setEarlyRules(address)
  const pki = await ensurePki(stateDirectories.pki, address, settings.names)
  writeKubeconfigs(pki, address)
  for (const { path, content } of configurationFiles(settings, pki, kubeconfigPath))
    writeConfiguration(path, content)
  const upstreams = nameServers()

  const supervisor = new Supervisor(stateDirectories.logs, log)
  stopOnSignal(supervisor, log)
  const parts = components({ settings, pki, nodeAddress: address, kubeconfig: kubeconfigPath })
  for (const name of ["etcd", "containerd"] as const) supervisor.start(parts[name])
  // An API server that finds no etcd tries again a second later, which is as long as etcd takes twice over.
  const served = etcdIsUp(log).then(() => supervisor.start(parts["kube-apiserver"]))
  const api = new ApiClient({
    server: `https://127.0.0.1:${ports.apiServer}`,
    authority: readFileSync(pki.authority.certificate, "utf8"),
    identity: identityOf(pki.admin),
  })
  const images = containerdIsUp(log).then(() => importImages(log))
  const applied = served
    .then(() => apiServerIsUp(api, log))
    .then(async () => {
      log("API server answers")
      for (const name of ["kube-controller-manager", "kube-scheduler", "kube-proxy"] as const)
        supervisor.start(parts[name])
      await applyAll(api, [...coredns(upstreams), ...localPath()], log)
    })
  await images
  supervisor.start(parts.kubelet)
  await applied
  await nodeIsReady(api, started, log)
  log("node is ready")
  await namesResolve(log)
  await serveReady(readFileSync(pki.authority.certificate, "utf8"), seconds())
  log(`cluster is ready at https://${address}:${ports.apiServer}`)
  api.close()
}

const kubeconfigPath = (name: string): string => join(stateDirectories.pki, `${name}.kubeconfig`)

function writeKubeconfigs(pki: Pki, address: string): void {
  const authority = readFileSync(pki.authority.certificate, "utf8")
  const local = `https://127.0.0.1:${ports.apiServer}`
  const users = [
    ["admin", pki.admin, `https://${address}:${ports.apiServer}`],
    ["kubelet", pki.kubelet, local],
    ["kube-controller-manager", pki.controllerManager, local],
    ["kube-scheduler", pki.scheduler, local],
    ["kube-proxy", pki.proxy, local],
  ] as const
  for (const [name, pair, server] of users)
    writePrivate(kubeconfigPath(name), kubeconfig({ server, authority, identity: identityOf(pair) }))
}

/** A namespace or a priority class may appear a moment after the API server does. */
async function applyAll(
  api: ApiClient,
  objects: readonly KubeObject[],
  log: (line: string) => void,
): Promise<void> {
  await Promise.all(
    objects.map((object) =>
      until(`${object.kind} ${object.metadata.name}`, log, async () => {
        await api.apply(object)
        return true
      }),
    ),
  )
}

function stopOnSignal(supervisor: Supervisor, log: (line: string) => void): void {
  let stopping = false
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return
    stopping = true
    log(`${signal}: stopping`)
    await supervisor.stop(["etcd", "containerd"], 3000)
    process.exit(0)
  }
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => void stop(signal))
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
