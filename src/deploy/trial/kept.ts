import { SignalboxError } from "../../domain/index.ts"
import { type ClusterApi, configMapPath } from "../cluster/index.ts"
import { caFingerprint } from "../kubeconfig/index.ts"
import { ledgerName } from "../state/store.ts"
import type { KeptEnvironment, TrialRequest } from "./request.ts"

/** The cluster that a kubeconfig is for: the server's own address, whatever is dialled, and the authorities that it trusts. */
export interface FoundCluster {
  readonly server: string
  /** PEM, one or more. */
  readonly ca: string
}

const next = "pass the kubeconfig of a cluster for development, such as one of kind, k3d or minikube"

/**
 * A try never goes into the namespace of an environment, nor to a cluster that a protected environment pins.
 * @throws POLICY_REFUSED
 */
export function assertKeptAway(
  { kept, namespace }: Pick<TrialRequest, "kept" | "namespace">,
  { server, ca }: FoundCluster,
): void {
  const same = kept.find((one) => one.namespace === namespace)
  if (same !== undefined)
    throw new SignalboxError("POLICY_REFUSED", {
      what: `namespace ${namespace} is the one of environment ${same.name}`,
      where: `environments/${same.name}.yaml: namespace`,
      why: "what is deployed there is a release, and a try is none",
      next: "give the try another name: --name NAME",
    })
  const authorities = certificatesIn(ca).map(caFingerprint)
  for (const one of kept.filter((environment) => environment.protected)) {
    const pin = pinMet(one, server, authorities)
    if (pin === undefined) continue
    throw new SignalboxError("POLICY_REFUSED", {
      what: `this is the cluster of ${one.name}, which is protected`,
      where: `environments/${one.name}.yaml: cluster.${pin}`,
      why: "what nobody has committed does not run beside it",
      next,
    })
  }
}

/** The pin of an environment that this cluster has; undefined: none of them. */
function pinMet(
  { server: pinned, caFingerprint: authority }: KeptEnvironment,
  server: string,
  authorities: readonly string[],
): "server" | "caFingerprint" | undefined {
  if (authority !== null && authorities.includes(authority)) return "caFingerprint"
  return pinned !== null && originOf(pinned) === originOf(server) ? "server" : undefined
}

/** A dot at the end of a host's name leads to the same host. */
function originOf(address: string): string {
  const url = new URL(address)
  url.hostname = url.hostname.replace(/\.$/, "")
  return url.origin
}

const certificatesIn = (pem: string): readonly string[] =>
  pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []

/**
 * Looks for the ledgers of protected environments: a file without pins does not say on which cluster one is.
 * @returns which of them could not be looked for
 * @throws POLICY_REFUSED where one is on this cluster
 */
export async function assertNoLedger(
  api: Pick<ClusterApi, "get">,
  kept: readonly KeptEnvironment[],
): Promise<readonly string[]> {
  const unknown: string[] = []
  for (const { name, namespace } of kept.filter((one) => one.protected)) {
    if (!(await hasLedger(api, namespace, () => unknown.push(unknownPlace(name, namespace))))) continue
    throw new SignalboxError("POLICY_REFUSED", {
      what: `${name}, which is protected, is on this cluster`,
      where: `namespace ${namespace}: ConfigMap ${ledgerName}`,
      why: "what nobody has committed does not run beside it",
      next,
    })
  }
  return unknown
}

async function hasLedger(
  api: Pick<ClusterApi, "get">,
  namespace: string,
  refused: () => void,
): Promise<boolean> {
  try {
    return (await api.get(configMapPath(namespace, ledgerName))) !== null
  } catch (error) {
    // Whoever may not read it may not change it either; that nobody looked has to be said.
    if (!(error instanceof SignalboxError) || error.code !== "CLUSTER_REFUSED") throw error
    refused()
    return false
  }
}

const unknownPlace = (name: string, namespace: string): string =>
  `whether ${name} is on this cluster is not known: this kubeconfig may not read namespace ${namespace}; cluster.caFingerprint of environments/${name}.yaml would tell`
