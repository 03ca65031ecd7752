import { stringify } from "yaml"
import { type ManifestObject, parseManifests, withoutHooks } from "../../chart/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import type { Target } from "../plan/index.ts"
import type { World } from "../world/index.ts"
import type { DriverSession } from "./session.ts"

const timeoutMs = 60_000
/** Helm's own field manager: it may take over what it wrote itself in another way. */
const helmManager = "helm"

/**
 * Fields of the release that somebody else has changed, found by applying it without effect: what a person did by hand
 * is shown before anything is changed, and never lost unseen. A field that was only touched, and has the value that was
 * deployed, is nobody's change.
 */
export async function foreignFields(
  session: DriverSession,
  target: Target,
  world: World,
): Promise<SignalboxError | null> {
  const { namespace, name } = session.input.request.environment
  const found = await conflictsWith(session, target.objects)
  const newest = world.revisions.at(-1)
  const deployed = newest === undefined ? [] : parseManifests(newest.manifest)
  const drift = found.length === 0 || newest === undefined ? [] : await conflictsWith(session, deployed)
  const conflicts = found.filter((one) => drift.includes(one) || !deployed.some((object) => has(object, one)))
  if (conflicts.length === 0) return null
  return new SignalboxError("POLICY_REFUSED", {
    what: "fields of this release were changed by somebody else",
    where: `${name}, namespace ${namespace}`,
    why: conflicts.join("; "),
    next: "put the change into the chart's values, or undo it; an autoscaler's replicas are left out by `autoscaling`",
  })
}

/** Whether an object has the field of a conflict. */
function has(object: ManifestObject, conflict: string): boolean {
  return hasField(object.body, conflict.slice(0, conflict.lastIndexOf(" by ")))
}

/** `FIELD by MANAGER`, for each. */
async function conflictsWith(
  session: DriverSession,
  objects: readonly ManifestObject[],
): Promise<readonly string[]> {
  const input = withoutHooks(objects)
    .map((object) => stringify(object.body))
    .join("---\n")
  const args = [
    "apply",
    "--server-side",
    "--dry-run=server",
    `--field-manager=${helmManager}`,
    "--kubeconfig",
    session.kubeconfig,
    "--namespace",
    session.input.request.environment.namespace,
    "--filename",
    "-",
  ]
  const result = await session.children.run("kubectl", args, { timeoutMs, input, signal: session.interrupt })
  return conflictsIn(result.stderr)
}

/**
 * Whether a value has a field, by its path as the API server writes it (`.spec.containers[name="web"].image`). Keys may
 * have dots and slashes of their own.
 */
export function hasField(value: unknown, path: string): boolean {
  if (path === "") return true
  if (Array.isArray(value)) {
    if (!path.startsWith("[")) return false
    const end = path.indexOf("]")
    const keys = path.slice(1, end).split(",")
    return value.some((one) => keys.every((key) => isNamed(one, key)) && hasField(one, path.slice(end + 1)))
  }
  if (typeof value !== "object" || value === null) return false
  return Object.entries(value).some(
    ([key, inner]) => path.startsWith(`.${key}`) && hasField(inner, path.slice(key.length + 1)),
  )
}

/** `name="web"`; a key that is left out of a manifest has its default, which is not known here. */
function isNamed(item: unknown, key: string): boolean {
  const [name = "", value = ""] = key.split("=")
  const own = typeof item === "object" && item !== null ? Reflect.get(item, name) : undefined
  return own === undefined ? name !== "name" : JSON.stringify(own) === value
}

/**
 * `conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas`, or, for several fields, a list of
 * lines that begin with a dash. Anything else that kubectl finds is left to Helm, which says it better.
 */
export function conflictsIn(stderr: string): readonly string[] {
  const found: string[] = []
  let manager: string | null = null
  for (const line of stderr.split("\n")) {
    const conflict = /conflicts? with "([^"]+)"[^:]*:\s*(\S.*)?$/.exec(line)
    if (conflict !== null) {
      manager = conflict[1] ?? ""
      if (conflict[2] !== undefined && manager !== helmManager)
        found.push(`${conflict[2].trim()} by ${manager}`)
    } else if (manager !== null && manager !== helmManager && /^- \./.test(line))
      found.push(`${line.slice(2)} by ${manager}`)
    else if (!line.startsWith("- ")) manager = null
  }
  return found
}
