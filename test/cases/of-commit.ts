import { execa } from "execa"
import { readReport } from "../runner/report.ts"
import { tiers } from "../runner/tiers.ts"
import type { Results } from "./shown.ts"

/** The tiers' reports of the commit that is checked out; what others say shows nothing about it, and is named. */
export async function resultsOfCommit(
  root: string,
  write: (line: string) => void,
): Promise<readonly Results[]> {
  const { stdout: commit } = await execa("git", ["-C", root, "rev-parse", "HEAD"])
  const found: Results[] = []
  for (const id of [...tiers.map((tier) => tier.id), "corpus"]) {
    const report = await readReport(root, id)
    if (report?.commit === commit) found.push(report)
    else if (!report) write(`out/test/${id}.json is not there, or has another form`)
    else
      write(
        `out/test/${id}.json is of ${report.commit?.slice(0, 12) ?? "an unknown commit"}, not of ${commit.slice(0, 12)}`,
      )
  }
  return found
}
