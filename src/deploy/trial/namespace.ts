import { SignalboxError } from "../../domain/index.ts"
import { type ClusterApi, ConflictError, type KubeObject } from "../cluster/index.ts"
import type { TrialRequest } from "./request.ts"

/** Label of a namespace that tries of a project may use, and that their end deletes; its value is the project. */
export const trialLabel = "signalbox/try"

type Place = Pick<TrialRequest, "project" | "namespace">

const pathOf = (namespace: string): string => `/api/v1/namespaces/${namespace}`

/**
 * Whether the namespace is there. @throws POLICY_REFUSED for one that is not for tries of this project, or is going away
 */
export async function isThere(api: Pick<ClusterApi, "get">, place: Place): Promise<boolean> {
  const found = await api.get(pathOf(place.namespace))
  if (found === null) return false
  assertForTries(found, place)
  return true
}

function assertForTries(found: KubeObject, place: Place): void {
  assertOwned(found, place)
  if (found.metadata.deletionTimestamp !== undefined)
    throw new SignalboxError("CLUSTER_REFUSED", {
      what: `namespace ${place.namespace} is being deleted`,
      where: `namespace ${place.namespace}`,
      next: "call again once it is gone, or give the try another name: --name NAME",
    })
}

function assertOwned({ metadata }: KubeObject, { project, namespace }: Place): void {
  const owner = metadata.labels?.[trialLabel]
  if (owner !== project)
    throw new SignalboxError("POLICY_REFUSED", {
      what: `namespace ${namespace} is not one of tries of ${project}`,
      where: `namespace ${namespace}`,
      why: owner === undefined ? `it has no label ${trialLabel}` : `its label ${trialLabel} is ${owner}`,
      next: `give the try another name (--name NAME); or, where all that is in it may be deleted: kubectl label namespace ${namespace} ${trialLabel}=${project}`,
    })
}

/** Makes the namespace. @throws CLUSTER_REFUSED without the right to, POLICY_REFUSED where somebody else's is there by now */
export async function makeNamespace(api: Pick<ClusterApi, "get" | "create">, place: Place): Promise<void> {
  const { project, namespace } = place
  const labels = { "app.kubernetes.io/managed-by": "signalbox", [trialLabel]: project }
  try {
    await api.create("/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels },
    })
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error
    await isThere(api, place)
  }
}

/** Deletes the namespace with all that is in it. False where there is none. @throws POLICY_REFUSED for any other one */
export async function removeNamespace(
  api: Pick<ClusterApi, "get" | "remove">,
  place: Place,
): Promise<boolean> {
  const found = await api.get(pathOf(place.namespace))
  if (found === null) return false
  assertOwned(found, place)
  return api.remove(pathOf(place.namespace))
}
