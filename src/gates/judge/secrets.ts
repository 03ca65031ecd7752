import type { Ran } from "../exec.ts"
import type { Judgement } from "../judgement.ts"
import { commitsScanned, isPartial, type Leak, leakFindings, readGitleaks } from "../readers/gitleaks.ts"

/** @param history undefined where the configuration does not want it. */
export function judgeLeaks(history: Ran | undefined, tree: Ran): Omit<Judgement, "tools"> {
  const errors: string[] = []
  const read = (ran: Ran | undefined, name: string): Leak[] => {
    if (ran === undefined) return []
    if (ran.ran && isPartial(ran.files[`${name}.log`] ?? ""))
      errors.push(`the ${name} was scanned only in part: gitleaks came to its time limit`)
    if (ran.ran) return readGitleaks(ran.files[`${name}.json`])
    errors.push(`the ${name} could not be scanned: ${ran.why}`)
    return []
  }
  const found = leakFindings(read(history, "history"), read(tree, "tree"))
  const commits = history?.ran === true ? commitsScanned(history.files["history.log"] ?? "") : undefined
  if (history?.ran === true && (commits === undefined || commits === 0))
    errors.push("gitleaks did not say that it looked at any commit")
  const reports = { ...(history?.ran === true ? history.files : {}), ...(tree.ran ? tree.files : {}) }
  const looked = history === undefined ? "the tree, not its history" : `${commits ?? 0} commits and the tree`
  return {
    findings: found,
    errors,
    summary: `no secret in ${looked}`,
    figures: { commits: commits ?? 0 },
    reports,
  }
}
