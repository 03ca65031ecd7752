import type { Rules } from "../rule.ts"

export const rules: Rules = {
  "bundle-too-large": {
    what: "What a build writes is larger than its budget in gates.bundle: one file, or all that a pattern matches.",
    why: "Whoever opens the page waits for it; sizes grow a little with each change, and nobody notices.",
    mend: "Load less of it at once, leave out what is not used, or raise maxBytes of the budget: a change of policy that somebody approves.",
    readOn: "docs/bundle.md",
  },
}
