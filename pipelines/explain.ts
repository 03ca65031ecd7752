import type { File } from "@dagger.io/dagger"
import type { Outcome } from "../src/call/index.ts"
import { ExitCode, type Finding, SignalboxError } from "../src/domain/index.ts"

/**
 * What a rule is, why it matters, and how to mend or waive what it finds.
 * @param report report.json of `gates`: what the tools say of their own rules, and what was found.
 * @throws USAGE for a rule that nobody knows, and for a file that is no such report
 */
export async function explain(rule: string, report: File | undefined): Promise<Outcome> {
  const [{ explainRule }, { ruleMarkdown }] = await Promise.all([
    import("../src/gates/index.ts"),
    import("../src/report/index.ts"),
  ])
  const findings = report === undefined ? [] : await findingsOf(report)
  return { exitCode: ExitCode.pass, stdout: ruleMarkdown(await explainRule(rule, findings)) }
}

async function findingsOf(file: File): Promise<readonly Finding[]> {
  const { readGateReport } = await import("../src/report/index.ts")
  const report = readGateReport(await file.contents())
  if (report === undefined)
    throw new SignalboxError("USAGE", {
      what: "the file is no report of gates",
      where: "--report",
      next: "name report.json of a report: gates reports export --path out, then --report out/report.json",
    })
  return report.gates.flatMap(({ findings, waived, baseline }) => [
    ...findings,
    ...waived.map(({ finding }) => finding),
    ...(baseline?.known ?? []),
  ])
}
