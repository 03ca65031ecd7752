import type { Plan } from "../../domain/index.ts"
import type { Step } from "./step.ts"

/**
 * Takes a failed release out of traffic where nothing verified is there to go back to. Only objects that this operation
 * added to traffic are deleted. A plan of an earlier version does not say what served before: then only a first
 * installation is taken out. Where something that served is gone, Helm has replaced it with what this operation added
 * (another name, a Service behind it): to remove that would leave no path for traffic at all.
 */
export const outOfTraffic: Step = {
  id: "out-of-traffic",
  title: "out of traffic",
  place: "strategy",
  isDone: ({ plan, world }) => {
    const keep = servedBefore(plan)
    if (keep === null) return "left as it is: something ran here before"
    const replaced = keep.filter((name) => !world.traffic.present.includes(name))
    return replaced.length === 0 ? null : `left as it is: it came in the place of ${replaced.join(", ")}`
  },
  announce: () =>
    "no verified release to go back to: remove the Services and Ingresses that this operation created",
  run: ({ plan, tools }) => tools.outOfTraffic(servedBefore(plan) ?? []),
  onTakeOver: "keep",
  wayBack: null,
}

/** Null: it is not known. */
function servedBefore({ serving, current, baseRevision }: Plan): readonly string[] | null {
  return serving ?? (current === null && baseRevision === 0 ? [] : null)
}
