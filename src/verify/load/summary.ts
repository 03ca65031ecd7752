import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import { type Objectives, thresholdsOf } from "./options.ts"
import type { LoadPlan } from "./profiles.ts"

const metric = z.object({
  type: z.string(),
  values: z.record(z.string(), z.number()),
  thresholds: z.record(z.string(), z.object({ ok: z.boolean() })).optional(),
})
const summarySchema = z.object({
  metrics: z.record(z.string(), metric),
  state: z.object({ testRunDurationMs: z.number() }),
})

/** What k6 measured, in plain figures. */
export interface LoadFigures {
  readonly requests: number
  readonly requestsPerSecond: number
  readonly errorRate: number
  /** Share of checks that held; 0 when the script has none, because nothing says then that an answer was right. */
  readonly checkRate: number
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
  /** Objectives that were missed, with what was measured, and thresholds that k6 calls crossed. */
  readonly breaches: readonly string[]
}

/**
 * @throws OUTPUT_UNREADABLE when it is not the summary that k6 hands to handleSummary, or lacks a figure that an
 * objective is about.
 */
export function readSummary(text: string): { figures: LoadFigures; breaches: readonly string[] } {
  const parsed = summarySchema.safeParse(json(text))
  if (!parsed.success)
    throw new SignalboxError("OUTPUT_UNREADABLE", {
      what: "k6's summary cannot be read",
      why: parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "),
    })
  const { metrics, state } = parsed.data
  const value = (name: string, stat: string, otherwise: number) => metrics[name]?.values[stat] ?? otherwise
  const needed = (name: string, stat: string) => metrics[name]?.values[stat] ?? throwMissing(name, stat)
  const figures: LoadFigures = {
    requests: value("http_reqs", "count", 0),
    requestsPerSecond: value("http_reqs", "rate", 0),
    errorRate: needed("http_req_failed", "rate"),
    checkRate: needed("checks", "rate"),
    p50Ms: value("http_req_duration", "p(50)", value("http_req_duration", "med", 0)),
    p90Ms: value("http_req_duration", "p(90)", 0),
    p95Ms: needed("http_req_duration", "p(95)"),
    p99Ms: value("http_req_duration", "p(99)", 0),
    seconds: state.testRunDurationMs / 1000,
  }
  const breaches = Object.entries(metrics).flatMap(([name, { thresholds, values }]) =>
    Object.entries(thresholds ?? {}).flatMap(([threshold, { ok }]) =>
      ok ? [] : [`${name} ${threshold}, measured ${measured(threshold, values)}`],
    ),
  )
  return { figures, breaches }
}

/**
 * Holds the figures against the objectives, whatever k6 has made of them; what k6 calls crossed counts as well. Too few
 * requests decide nothing.
 */
export function judgeLoad(
  plan: LoadPlan,
  objectives: Objectives,
  read: { readonly figures: LoadFigures; readonly breaches: readonly string[] },
): LoadReport {
  const { figures } = read
  const breaches = [...new Set([...read.breaches, ...missed(objectives, figures)])]
  const thin = figures.requests < Math.max(1, objectives.minimumRequests)
  const verdict = thin ? "inconclusive" : breaches.length > 0 ? "fail" : "pass"
  const shown = `${figures.requests} requests, ${(figures.errorRate * 100).toFixed(2)} % failed, p95 ${figures.p95Ms.toFixed(0)} ms`
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

function measured(threshold: string, values: Readonly<Record<string, number>>): string {
  const stat = /^[a-z]+(\([\d.]+\))?/.exec(threshold)?.[0] ?? ""
  const value = values[stat]
  return value === undefined ? "nothing" : rounded(value)
}

function rounded(value: number): string {
  return String(Math.round(value * 10_000) / 10_000)
}

/** In k6's own words, so that what both say stands there once. */
function missed(objectives: Objectives, figures: LoadFigures): readonly string[] {
  const { http_req_failed, http_req_duration, checks } = thresholdsOf(objectives)
  const judged = [
    [figures.errorRate <= objectives.errorRate, `http_req_failed ${http_req_failed[0]}`, figures.errorRate],
    [figures.p95Ms <= objectives.p95Ms, `http_req_duration ${http_req_duration[0]}`, figures.p95Ms],
    [figures.checkRate >= objectives.availability, `checks ${checks[0]}`, figures.checkRate],
  ] as const
  return judged.flatMap(([held, objective, value]) =>
    held ? [] : [`${objective}, measured ${rounded(value)}`],
  )
}

function throwMissing(metric: string, stat: string): never {
  throw new SignalboxError("OUTPUT_UNREADABLE", {
    what: "k6's summary lacks a figure that an objective is about",
    where: `k6-summary.json: metrics.${metric}.values["${stat}"]`,
    why: "k6 reports every metric that has a threshold, also without samples: the summary is not whole",
    next: "see k6.log in the operation's evidence, then run the load again",
  })
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
