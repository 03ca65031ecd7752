import type { Objectives } from "./options.ts"
import type { LoadPlan } from "./profiles.ts"
import type { Samples } from "./samples.ts"

/** What was measured, in plain figures. */
export interface LoadFigures {
  /** All requests, including those of `setup` and `teardown`, and each request of a chain of redirects. */
  readonly requests: number
  readonly requestsPerSecond: number
  /** Number of answers by status; `0` is no answer. */
  readonly statuses: Readonly<Record<string, number>>
  /** Share of requests without an answer, or with a status from 400 on that the environment does not expect. */
  readonly errorRate: number
  /** Share of the script's own checks that held; 0 without any, because no answer was then checked. */
  readonly checkRate: number
  /** How many checks the script made. */
  readonly checks: number
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly seconds: number
}

/** `load.json`. */
export interface LoadReport {
  readonly schemaVersion: 1
  readonly verdict: "pass" | "fail" | "inconclusive"
  readonly summary: string
  readonly plan: LoadPlan
  readonly objectives: Objectives
  readonly figures: LoadFigures
  /** Objectives that were missed, with what was measured. */
  readonly breaches: readonly string[]
}

export function figuresOf(samples: Samples, expectedStatuses: readonly number[]): LoadFigures {
  const sorted = Float64Array.from(samples.durations).sort()
  const requests = sorted.length
  const failed = sum(failures(samples.statuses, expectedStatuses))
  const { held, all } = samples.checks
  return {
    requests,
    requestsPerSecond: samples.seconds === 0 ? 0 : requests / samples.seconds,
    statuses: samples.statuses,
    errorRate: requests === 0 ? 0 : failed / requests,
    checkRate: all === 0 ? 0 : held / all,
    checks: all,
    p50Ms: percentile(sorted, 0.5),
    p90Ms: percentile(sorted, 0.9),
    p95Ms: percentile(sorted, 0.95),
    p99Ms: percentile(sorted, 0.99),
    seconds: samples.seconds,
  }
}

/** Compares the figures with the objectives. Too few requests are inconclusive. */
export function judgeLoad(
  plan: LoadPlan,
  objectives: Objectives,
  figures: LoadFigures,
  more: readonly string[] = [],
): LoadReport {
  const breaches = [...missed(objectives, figures), ...more]
  const thin = figures.requests < Math.max(1, objectives.minimumRequests)
  const verdict = thin ? "inconclusive" : breaches.length > 0 ? "fail" : "pass"
  const shown = `${figures.requests} requests, ${percent(figures.errorRate)} failed, p95 ${figures.p95Ms.toFixed(0)} ms`
  const why = thin
    ? `too few to judge (at least ${objectives.minimumRequests})`
    : breaches.length > 0
      ? `objectives missed: ${breaches.join("; ")}`
      : "objectives held"
  return {
    schemaVersion: 1,
    verdict,
    summary: `${plan.profile}, ${plan.users} users, ${Math.round(figures.seconds)} s: ${shown}: ${why}`,
    plan,
    objectives,
    figures,
    breaches,
  }
}

function missed(objectives: Objectives, figures: LoadFigures): readonly string[] {
  const { errorRate, p95Ms, availability, expectedStatuses } = objectives
  const bad = failures(figures.statuses, expectedStatuses)
    .map(([status, count]) => `${count} × ${status === "0" ? "no answer" : status}`)
    .join(", ")
  const judged = [
    [
      figures.errorRate <= errorRate,
      `failed requests at most ${percent(errorRate)}, measured ${percent(figures.errorRate)} (${bad})`,
    ],
    [figures.p95Ms <= p95Ms, `p95 at most ${p95Ms} ms, measured ${rounded(figures.p95Ms)} ms`],
    [
      figures.checkRate >= availability,
      `checks that hold at least ${percent(availability)}, measured ${percent(figures.checkRate)}`,
    ],
  ] as const
  return judged.flatMap(([held, objective]) => (held ? [] : [objective]))
}

/** The number of failures by status: no answer, and every status from 400 on that is not expected. */
function failures(
  statuses: Readonly<Record<string, number>>,
  expected: readonly number[],
): readonly (readonly [string, number])[] {
  return Object.entries(statuses).filter(([status]) => {
    const code = Number(status)
    return code === 0 || (code >= 400 && !expected.includes(code))
  })
}

function sum(counts: readonly (readonly [string, number])[]): number {
  return counts.reduce((all, [, count]) => all + count, 0)
}

/** As k6 calculates it: interpolated between the two nearest values. */
function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const below = sorted[Math.floor(place)] ?? 0
  const above = sorted[Math.ceil(place)] ?? below
  return below + (above - below) * (place - Math.floor(place))
}

/** Two decimals, and more for a share that would otherwise be shown as 0. */
function percent(share: number): string {
  const value = share * 100
  return `${value === 0 || value >= 0.01 ? Number(value.toFixed(2)) : value.toPrecision(2)} %`
}

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100)
}
