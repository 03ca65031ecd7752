import { z } from "zod"
import { callWith, SignalboxError } from "../../domain/index.ts"
import { type ClusterApi, ConflictError, configMapPath, type KubeObject } from "../cluster/index.ts"
import type { DriverRequest } from "../request.ts"

export const anchorName = "signalbox-policy"

type Asked = Pick<DriverRequest, "policyAnchor" | "environment">
type Anchor = NonNullable<DriverRequest["policyAnchor"]>

const stored = z.object({ repository: z.string().min(1), branch: z.string().min(1) })

/**
 * A protected environment follows one branch of one repository from its first deployment on: a copy of the repository
 * with another protected branch, or another project with its kubeconfig, is refused.
 * @throws POLICY_REFUSED naming what differs; STATE_DAMAGED where the anchor cannot be read.
 */
export async function assertPolicyAnchor(
  api: ClusterApi,
  { policyAnchor, environment }: Asked,
): Promise<void> {
  const anchor = await readAnchor(api, environment.namespace)
  if (anchor === null) return
  if (policyAnchor === null) {
    if (environment.protected) throw otherAnchor(environment, anchor, "the call names no policy")
    throw otherAnchor(environment, anchor, "for this call the environment is not protected")
  }
  const facts = (["repository", "branch"] as const).filter((key) => anchor[key] !== policyAnchor[key])
  if (facts.length === 0) return
  const why = facts.map((key) => `${key} is ${policyAnchor[key]}, not ${anchor[key]}`).join("; ")
  throw otherAnchor(environment, anchor, why)
}

/** Writes the anchor at the first deployment to a protected environment. */
export async function setPolicyAnchor(api: ClusterApi, { policyAnchor, environment }: Asked): Promise<void> {
  if (policyAnchor === null || (await readAnchor(api, environment.namespace)) !== null) return
  const object: KubeObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: anchorName,
      namespace: environment.namespace,
      labels: { "app.kubernetes.io/managed-by": "signalbox" },
    },
    data: { ...policyAnchor },
  }
  try {
    await api.create(configMapPath(environment.namespace), object)
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error
    // Another call set it first: it must be the same.
    await assertPolicyAnchor(api, { policyAnchor, environment })
  }
}

async function readAnchor(api: ClusterApi, namespace: string): Promise<Anchor | null> {
  const object = await api.get(configMapPath(namespace, anchorName))
  if (object === null) return null
  const parsed = stored.safeParse(object.data)
  if (parsed.success) return parsed.data
  throw new SignalboxError("STATE_DAMAGED", {
    what: `ConfigMap ${anchorName} cannot be read`,
    where: `namespace ${namespace}`,
    why: "it names the repository and branch whose policy the environment follows",
    next: "write it again, with the keys repository and branch, or delete it: the next deployment sets it",
  })
}

function otherAnchor({ name, namespace }: Asked["environment"], anchor: Anchor, why: string): SignalboxError {
  return new SignalboxError("POLICY_REFUSED", {
    what: `${name} follows another policy: branch ${anchor.branch} of the repository ${anchor.repository.slice(0, 12)}`,
    where: `ConfigMap ${anchorName} in namespace ${namespace}`,
    why,
    next: `from that repository: ${callWith(`--policy-ref refs/remotes/REMOTE/${anchor.branch}`)}; to move the environment, delete the ConfigMap`,
  })
}
