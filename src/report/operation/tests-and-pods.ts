import type { Diagnosis, LoadSummary, SmokeSummary, Verdict } from "../../domain/index.ts"

/** The fields of `smoke.json` that a report shows. */
export interface SmokeFile {
  readonly verdict: Verdict
  readonly checks: readonly {
    readonly name: string
    readonly ok: boolean
    readonly milliseconds: number
    readonly problems: readonly string[]
  }[]
}

export function smokeSummary({ verdict, checks }: SmokeFile): SmokeSummary {
  const cases = checks.map(({ name, ok, milliseconds, problems }) => {
    const base = { name, passed: ok, seconds: milliseconds / 1000 }
    return ok ? base : { ...base, message: problems.join("; ") }
  })
  return { verdict, cases }
}

/** The fields of `load.json` that a report shows. */
export interface LoadFile {
  readonly verdict: Verdict
  readonly plan: { readonly profile: string }
  readonly objectives: {
    readonly errorRate: number
    readonly p95Ms: number
    readonly minimumRequests: number
  }
  readonly figures: {
    readonly requests: number
    readonly errorRate: number
    readonly p95Ms: number
    readonly seconds: number
  }
  readonly breaches: readonly string[]
}

/** The verdict is that of the load test; the objectives show the measured values beside their limits. */
export function loadSummary({ verdict, plan, objectives, figures, breaches }: LoadFile): LoadSummary {
  const { requests, errorRate, p95Ms, seconds } = figures
  const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`
  return {
    verdict,
    profile: plan.profile,
    requests,
    errorRate,
    p95Ms,
    seconds,
    objectives: [
      {
        name: `p95 at most ${objectives.p95Ms} ms`,
        passed: p95Ms <= objectives.p95Ms,
        measured: `${p95Ms.toFixed(0)} ms`,
      },
      {
        name: `failed requests at most ${percent(objectives.errorRate)}`,
        passed: errorRate <= objectives.errorRate,
        measured: percent(errorRate),
      },
      {
        name: `at least ${objectives.minimumRequests} requests`,
        passed: requests >= objectives.minimumRequests,
        measured: String(requests),
      },
      ...breaches.map((breach) => ({ name: "missed", passed: false, measured: breach })),
    ],
  }
}

/** The fields of the API server's pods that a report shows. */
export type Pods = readonly {
  readonly metadata?: { readonly name?: string }
  readonly status?: {
    readonly phase?: string
    readonly containerStatuses?: readonly {
      readonly restartCount?: number
      readonly state?: {
        readonly waiting?: { readonly reason?: string }
        readonly terminated?: { readonly reason?: string }
      }
    }[]
  }
}[]

export function podOf({ metadata, status }: Pods[number]): Diagnosis["pods"][number] {
  const containers = status?.containerStatuses ?? []
  const reasons = containers.flatMap(({ state }) => state?.waiting?.reason ?? state?.terminated?.reason ?? [])
  const restarts = containers.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0)
  const state = reasons.join(", ") || (status?.phase ?? "unknown")
  return { name: metadata?.name ?? "unnamed", state, restarts }
}
