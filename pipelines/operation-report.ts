import type { OperationReport } from "../src/deploy/index.ts"
import type { OperationEvidence } from "../src/domain/index.ts"
import { operationDirectory } from "../src/report/index.ts"
import type { LoadReport, SmokeReport } from "../src/verify/index.ts"

/** What people and CI servers read, made of what the driver wrote; nothing where it died before it could write. */
export function operationReports(texts: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const report = read<OperationReport>(texts, "operation.json")
  return report === undefined ? {} : operationDirectory(evidenceOf(report, texts))
}

function evidenceOf(report: OperationReport, texts: ReadonlyMap<string, string>): OperationEvidence {
  const smoke = read<SmokeReport>(texts, "smoke.json")
  const load = read<LoadReport>(texts, "load.json")
  const cause = texts.get("diagnosis/cause.txt")
  return {
    report,
    ...(smoke === undefined ? {} : { smoke: smokeSummary(smoke) }),
    ...(load === undefined ? {} : { load: loadSummary(load) }),
    ...(cause === undefined ? {} : { diagnosis: diagnosis(cause, texts) }),
  }
}

function smokeSummary({ verdict, checks }: SmokeReport): NonNullable<OperationEvidence["smoke"]> {
  const cases = checks.map(({ name, ok, milliseconds, problems }) => ({
    name,
    passed: ok,
    seconds: milliseconds / 1000,
    ...(ok ? {} : { message: problems.join("; ") }),
  }))
  return { verdict, cases }
}

function loadSummary({
  verdict,
  plan,
  figures,
  objectives,
  breaches,
}: LoadReport): NonNullable<OperationEvidence["load"]> {
  const { requests, errorRate, p95Ms, seconds } = figures
  const held = [
    {
      name: `p95 <= ${objectives.p95Ms} ms`,
      passed: p95Ms <= objectives.p95Ms,
      measured: `${p95Ms.toFixed(0)} ms`,
    },
    {
      name: `failed requests <= ${objectives.errorRate * 100} %`,
      passed: errorRate <= objectives.errorRate,
      measured: `${(errorRate * 100).toFixed(2)} %`,
    },
    {
      name: `at least ${objectives.minimumRequests} requests`,
      passed: requests >= objectives.minimumRequests,
      measured: String(requests),
    },
    ...breaches.map((breach) => ({ name: "threshold", passed: false, measured: breach })),
  ]
  return { verdict, profile: plan.profile, requests, errorRate, p95Ms, seconds, objectives: held }
}

function diagnosis(
  cause: string,
  texts: ReadonlyMap<string, string>,
): NonNullable<OperationEvidence["diagnosis"]> {
  const prefix = "diagnosis/logs/"
  const logs = [...texts]
    .filter(([path]) => path.startsWith(prefix))
    .map(([path, text]) => [path.slice(prefix.length), text])
  const events = (texts.get("diagnosis/events.txt") ?? "").split("\n").filter((line) => line !== "")
  return { cause: cause.trim(), pods: [], events: events.toReversed(), logs: Object.fromEntries(logs) }
}

function read<T>(texts: ReadonlyMap<string, string>, name: string): T | undefined {
  const text = texts.get(name)
  return text === undefined ? undefined : (JSON.parse(text) as T)
}
