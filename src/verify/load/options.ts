import type { LoadPlan } from "./profiles.ts"

/** What a load is held against. */
export interface Objectives {
  /** Largest share of failed requests, 0 to 1. */
  readonly errorRate: number
  /** Largest 95th percentile of request durations, in ms. */
  readonly p95Ms: number
  /** Smallest share of checks that hold, 0 to 1. */
  readonly availability: number
  /** Fewer requests than this are inconclusive. */
  readonly minimumRequests: number
}

/** Options of a k6 script: one scenario that ramps up and stays, and the objectives as thresholds. */
export interface K6Options {
  readonly scenarios: Readonly<Record<string, object>>
  readonly thresholds: Readonly<Record<string, readonly string[]>>
  readonly summaryTrendStats: readonly string[]
  readonly discardResponseBodies: false
  readonly noUsageReport: true
}

/** The objectives as k6 is told them: a metric to its one threshold. k6 then always reports these metrics. */
export function thresholdsOf(objectives: Objectives) {
  return {
    http_req_failed: [`rate<=${objectives.errorRate}`],
    http_req_duration: [`p(95)<=${objectives.p95Ms}`],
    checks: [`rate>=${objectives.availability}`],
  } as const
}

export function k6Options(plan: LoadPlan, objectives: Objectives): K6Options {
  const ramp = plan.rampUpSeconds > 0 ? [{ duration: `${plan.rampUpSeconds}s`, target: plan.users }] : []
  const steady = Math.max(0, plan.durationSeconds - plan.rampUpSeconds)
  return {
    scenarios: {
      [plan.profile]: {
        executor: "ramping-vus",
        startVUs: plan.rampUpSeconds > 0 ? Math.min(1, plan.users) : plan.users,
        stages: [...ramp, ...(steady > 0 ? [{ duration: `${steady}s`, target: plan.users }] : [])],
        gracefulRampDown: "5s",
        gracefulStop: "10s",
      },
    },
    thresholds: thresholdsOf(objectives),
    summaryTrendStats: ["avg", "min", "med", "max", "p(50)", "p(90)", "p(95)", "p(99)"],
    discardResponseBodies: false,
    noUsageReport: true,
  }
}

/**
 * The script that k6 runs: it takes over the user's functions and brings its own options, so that a script can neither
 * loosen the objectives nor lengthen the run.
 * @param userScript path of the user's script as k6 sees it, for example `./load.js`.
 */
export function k6Main(userScript: string, options: K6Options, summaryFile: string): string {
  return [
    `import * as user from ${JSON.stringify(userScript)}`,
    `export const options = ${JSON.stringify(options, null, 2)}`,
    "export function setup() { return user.setup ? user.setup() : undefined }",
    "export default function (data) { return user.default(data) }",
    "export function teardown(data) { if (user.teardown) user.teardown(data) }",
    `export function handleSummary(data) { return { ${JSON.stringify(summaryFile)}: JSON.stringify(data, null, 2) } }`,
    "",
  ].join("\n")
}
