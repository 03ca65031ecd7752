import { gracefulStopSeconds, type LoadPlan } from "./profiles.ts"

/** The objectives that a load test must meet. */
export interface Objectives {
  /** Largest share of failed requests, 0 to 1. */
  readonly errorRate: number
  /** Largest 95th percentile of request durations, in ms. */
  readonly p95Ms: number
  /** Smallest share of checks that hold, 0 to 1. */
  readonly availability: number
  /** Fewer requests than this are inconclusive. */
  readonly minimumRequests: number
  /** Statuses from 400 to 599 that are no failure. Set by the environment, never by the script. */
  readonly expectedStatuses: readonly number[]
}

/** Options of a k6 script: one scenario that ramps up and then keeps its number of users. */
export interface K6Options {
  readonly scenarios: Readonly<Record<string, object>>
  readonly systemTags: readonly string[]
  readonly discardResponseBodies: false
}

/** Without thresholds, whose metrics a script can redefine: `judgeLoad` evaluates the samples instead. */
export function k6Options(plan: LoadPlan): K6Options {
  const ramp = plan.rampUpSeconds > 0 ? [{ duration: `${plan.rampUpSeconds}s`, target: plan.users }] : []
  const steady = Math.max(0, plan.durationSeconds - plan.rampUpSeconds)
  return {
    scenarios: {
      [plan.profile]: {
        executor: "ramping-vus",
        startVUs: plan.rampUpSeconds > 0 ? Math.min(1, plan.users) : plan.users,
        stages: [...ramp, ...(steady > 0 ? [{ duration: `${steady}s`, target: plan.users }] : [])],
        gracefulRampDown: "5s",
        gracefulStop: `${gracefulStopSeconds}s`,
      },
    },
    // `status` is set by k6 itself, over any tag of this name that a script sets.
    systemTags: ["status", "scenario", "group"],
    discardResponseBodies: false,
  }
}

/**
 * The script that k6 runs: it calls the user's functions and sets its own options, so that a script can neither change
 * what is measured nor lengthen the run.
 * @param userScript path of the user's script for k6, for example `./load.js`.
 */
export function k6Main(userScript: string, options: K6Options): string {
  return [
    `import * as user from ${JSON.stringify(userScript)}`,
    `export const options = ${JSON.stringify(options, null, 2)}`,
    "export function setup() { return user.setup ? user.setup() : undefined }",
    "export default function (data) { return user.default(data) }",
    "export function teardown(data) { if (user.teardown) user.teardown(data) }",
    "",
  ].join("\n")
}
