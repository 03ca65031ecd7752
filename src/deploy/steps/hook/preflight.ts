import { parseManifests, scanManifests } from "../../../chart/index.ts"
import { type PlannedStep, SignalboxError } from "../../../domain/index.ts"
import type { ClusterApi, KubeObject } from "../../cluster/index.ts"
import type { PreflightContext } from "../step.ts"
import { hookOf } from "./details.ts"
import { jobOf, jobsPath } from "./job.ts"

/** What a hook is run with, beside what every deployment needs. */
const rights = [
  { group: "batch", resource: "jobs", verb: "create" },
  { group: "batch", resource: "jobs", verb: "get" },
  { group: "batch", resource: "jobs", verb: "list" },
  { group: "", resource: "pods", subresource: "log", verb: "get" },
] as const

/** A secret in the open, a right that is missing, a Job that the API server does not take. Changes nothing. */
export async function preflightHook(
  planned: PlannedStep,
  { api, operation, plan }: PreflightContext,
): Promise<readonly SignalboxError[]> {
  const { environment, namespace, target } = plan
  const hook = hookOf(planned)
  const owner = { operation, environment, version: target.version, revision: null }
  const job = jobOf(hook, owner, namespace)
  const refused = (what: string, why: string, next: string) =>
    new SignalboxError("POLICY_REFUSED", { what, where: `${environment}, hook ${hook.name}`, why, next })
  const secrets = scanManifests(parseManifests(JSON.stringify(job)))
  if (secrets.length > 0) {
    const why = secrets.map(({ message }) => message).join("; ")
    return [
      refused("a hook carries secrets or placeholders", why, "refer to Secrets by name: secrets, secretEnv"),
    ]
  }
  try {
    const absent = await missingRights(api, namespace)
    if (absent.length > 0) return [withoutRights(absent, `${environment}, namespace ${namespace}`)]
    await api.create(`${jobsPath(namespace)}?dryRun=All`, job)
    return []
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error
    if (error.code !== "CLUSTER_REFUSED") return [error]
    const { what, why = "" } = error.detail
    return [
      refused("the API server does not take a hook's Job; nothing was changed", `${what}: ${why}`, mend),
    ]
  }
}

const mend = "fix the hook in the environment's file, or what the namespace allows"

/** Asks for the account's own rights, which every account may. */
async function missingRights(api: ClusterApi, namespace: string): Promise<readonly string[]> {
  const answers = rights.map(async (right) => {
    const review: KubeObject = {
      ...{ apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview" },
      metadata: { name: "" },
      spec: { resourceAttributes: { namespace, ...right } },
    }
    const answer = await api.create("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
    const { allowed } = (answer.status ?? {}) as { readonly allowed?: boolean }
    const name = "subresource" in right ? `${right.resource}/${right.subresource}` : right.resource
    return allowed === true ? [] : [`${right.verb} ${name}`]
  })
  return (await Promise.all(answers)).flat()
}

function withoutRights(absent: readonly string[], where: string): SignalboxError {
  return new SignalboxError("CLUSTER_REFUSED", {
    what: `this account may not run hooks: ${absent.join(", ")}`,
    where,
    why: "hooks are Jobs, and their logs are stored",
    next: "give it these rights in the namespace (src/deploy/README.md, Permissions), or take the hooks out",
  })
}
