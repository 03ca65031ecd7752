import { runs } from "../world/index.ts"
import { announceRestore, restoreRelease, seconds } from "./restore-release.ts"
import type { PlanningFacts, Step } from "./step.ts"

/** Deploys the target of a plan: a new release by an upgrade, the verified one of a manual rollback as any rollback. */
export const rollOut: Step = {
  id: "roll-out",
  title: "roll out the release",
  place: "strategy",
  planned: (facts) => ({
    title: titleOf(facts),
    timeoutSeconds: seconds(facts.environment.timeouts.rollout),
  }),
  isDone: ({ plan, world }) => (runs(world, plan.target) ? "already runs, all pods ready" : null),
  // The driver that rolled it out may have died before the orphans were removed.
  accepted: ({ plan, tools }) => tools.removeOrphans(plan.target),
  needsSettledHelm: true,
  announce: (facts) =>
    facts.plan.kind === "rollback"
      ? announceRestore(facts, facts.plan.target)
      : "upgrade the Helm release and wait until all pods are ready",
  run: (context) => {
    const { plan, settings, tools, signal } = context
    if (plan.kind === "rollback") return restoreRelease(context, plan.target)
    return tools.rollOut(settings.timeouts.rollout.ms, signal)
  },
  onTakeOver: "repeat-unless-running",
  wayBack: null,
}

function titleOf({ kind, target, environment, world }: PlanningFacts): string {
  if (kind !== "rollback") return `install or upgrade release ${environment.release} to ${target.version}`
  const revision = world.revisions.findLast((one) => one.manifests === target.manifests)
  return revision === undefined
    ? `back to ${target.version} from its kept chart and values`
    : `back to ${target.version}, Helm revision ${revision.revision}`
}
