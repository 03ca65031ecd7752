import { treeRules } from "../engine/rules.ts"
import type { Rules } from "../rule.ts"
import { explained } from "./rules/index.ts"

export const rules: Rules = {
  ...treeRules,
  ...explained,
  "unparsed-code": {
    what: "semgrep or bandit could not parse a file, or a part of it, so that its rules were not applied there.",
    why: "What no rule has seen may hold any fault.",
    mend: "Correct the syntax. Where it is newer than the tool, take a newer one in toolbox.yaml; where it is not your code, name it in `gates.static-analysis.exclude` with a reason.",
    waive: "Accepted risk for that place, with who looks at it instead. Settings do not let it through.",
    readOn: "docs/static-analysis.md",
  },
}
