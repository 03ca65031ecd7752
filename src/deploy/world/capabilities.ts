import { SignalboxError } from "../../domain/index.ts"
import type { ClusterApi } from "../cluster/index.ts"
import type { TemplateOptions } from "../helm/index.ts"

interface Group {
  readonly name?: string
  readonly versions?: readonly { readonly groupVersion?: string }[]
}

interface ResourceList {
  readonly resources?: readonly { readonly kind?: string }[]
}

/** What a chart may ask of the cluster while it is rendered. */
export async function capabilities(
  api: Pick<ClusterApi, "json">,
): Promise<Pick<TemplateOptions, "kubeVersion" | "apiVersions">> {
  const [version, groups] = await Promise.all([api.json("/version"), api.json("/apis")])
  const { gitVersion } = (version ?? {}) as { readonly gitVersion?: unknown }
  const added = ((groups ?? {}) as { readonly groups?: readonly Group[] }).groups?.filter(isAdded) ?? []
  const versions = added.flatMap((one) =>
    (one.versions ?? []).flatMap(({ groupVersion }) => groupVersion ?? []),
  )
  const kinds = await Promise.all(versions.map((one) => kindsOf(api, one)))
  return {
    kubeVersion: typeof gitVersion === "string" ? gitVersion : null,
    apiVersions: [...new Set([...versions, ...kinds.flat()])].sort(),
  }
}

/** Kubernetes' own groups are known to Helm. */
function isAdded({ name }: Group): boolean {
  return name !== undefined && /\./.test(name) && !name.endsWith(".k8s.io")
}

/** A server that stands behind the API server may be away: its group then has no kinds, as Helm sees it. */
async function kindsOf(api: Pick<ClusterApi, "json">, version: string): Promise<readonly string[]> {
  try {
    const list = (await api.json(`/apis/${version}`)) as ResourceList | null
    return (list?.resources ?? []).flatMap(({ kind }) => (kind === undefined ? [] : `${version}/${kind}`))
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error
    return []
  }
}
