import { parse, YAMLError } from "yaml"
import { z } from "zod"
import { registry } from "../../config/schema/primitives.ts"
import { SignalboxError } from "../../domain/index.ts"
import { type ClusterApi, configMapPath } from "../cluster/index.ts"

const name = "local-registry-hosting"
const shape = z.looseObject({ host: registry.optional() })

/**
 * The registry of this machine that the cluster says it pulls from, by the convention of kind, k3d and others (KEP-1755: ConfigMap
 * `local-registry-hosting` in `kube-public`). Null where it says nothing that can be used.
 */
export async function hostedRegistry(api: Pick<ClusterApi, "get">): Promise<string | null> {
  const found = await readIfAllowed(api)
  const { data } = (found ?? {}) as { readonly data?: Readonly<Record<string, string>> }
  const text = data?.["localRegistryHosting.v1"]
  return text === undefined ? null : hostIn(text)
}

async function readIfAllowed(api: Pick<ClusterApi, "get">) {
  try {
    return await api.get(configMapPath("kube-public", name))
  } catch (error) {
    // It is a hint for an error's text alone, and most accounts of a cluster for many may not read it.
    if (error instanceof SignalboxError && error.code === "CLUSTER_REFUSED") return null
    throw error
  }
}

function hostIn(text: string): string | null {
  try {
    const parsed = shape.safeParse(parse(text, { maxAliasCount: 0 }))
    return parsed.success ? (parsed.data.host ?? null) : null
  } catch (error) {
    if (error instanceof YAMLError || error instanceof ReferenceError) return null
    throw error
  }
}
