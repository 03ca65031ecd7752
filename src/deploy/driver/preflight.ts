import { stringify } from "yaml"
import { withoutHooks } from "../../chart/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import type { Target } from "../plan/index.ts"
import type { DriverSession } from "./session.ts"

const timeoutMs = 60_000
/** Helm's own field manager: it may take over what it wrote itself in another way. */
const helmManager = "helm"

/**
 * Fields of the release that somebody else owns, found by applying it without effect. Helm would fail at them half way
 * through, and so would going back: drift is shown before anything is changed, and never forced.
 */
export async function foreignFields(session: DriverSession, target: Target): Promise<SignalboxError | null> {
  const { namespace, name } = session.input.request.environment
  const input = withoutHooks(target.objects)
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
    namespace,
    "--filename",
    "-",
  ]
  const result = await session.children.run("kubectl", args, { timeoutMs, input, signal: session.interrupt })
  const conflicts = conflictsIn(result.stderr)
  if (conflicts.length === 0) return null
  return new SignalboxError("POLICY_REFUSED", {
    what: "fields of this release were changed by somebody else",
    where: `${name}, namespace ${namespace}`,
    why: conflicts.join("; "),
    next: "put the change into the chart's values, or undo it; an autoscaler's replicas are left out by `autoscaling`",
  })
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
