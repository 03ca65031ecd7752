import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import type { Objectives } from "./options.ts"
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
  /** Share of checks that held; 1 when the script has none. */
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
  /** Thresholds that were crossed, with what was measured. */
  readonly breaches: readonly string[]
}

/** @throws OUTPUT_UNREADABLE when it is not the summary that k6 hands to handleSummary. */
export function readSummary(text: string): { figures: LoadFigures; breaches: readonly string[] } {
  const parsed = summarySchema.safeParse(json(text))
  if (!parsed.success)
    throw new SignalboxError("OUTPUT_UNREADABLE", {
      what: "k6's summary cannot be read",
      why: parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "),
    })
  const { metrics, state } = parsed.data
  const value = (name: string, stat: string, otherwise: number) => metrics[name]?.values[stat] ?? otherwise
  const figures: LoadFigures = {
    requests: value("http_reqs", "count", 0),
    requestsPerSecond: value("http_reqs", "rate", 0),
    errorRate: value("http_req_failed", "rate", 0),
    checkRate: value("checks", "rate", 1),
    p50Ms: value("http_req_duration", "p(50)", value("http_req_duration", "med", 0)),
    p90Ms: value("http_req_duration", "p(90)", 0),
    p95Ms: value("http_req_duration", "p(95)", 0),
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

/** Too few requests decide nothing, whatever the thresholds say about them. */
export function judgeLoad(
  plan: LoadPlan,
  objectives: Objectives,
  read: { readonly figures: LoadFigures; readonly breaches: readonly string[] },
): LoadReport {
  const { figures, breaches } = read
  const thin = figures.requests < objectives.minimumRequests
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
  return value === undefined ? "nothing" : String(Math.round(value * 10_000) / 10_000)
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
