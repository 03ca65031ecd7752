import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'

export type HealthStatus = 'healthy' | 'warning' | 'unhealthy'

export interface Health {
  readonly status: HealthStatus
  readonly message: string
}

/** What the health of this process is judged by. */
export interface Vitals {
  /** Milliseconds by which the event loop lagged, 99th percentile since the last reading. */
  readonly lagMs: number
  /** Used share of the heap limit; 0 to 1. */
  readonly heapShare: number
}

/** A slow process still answers; one that is about to run out of memory must be replaced. */
export function judge(vitals: Vitals): Health {
  const heap = `${Math.round(vitals.heapShare * 100)} % of the heap limit is used`
  if (vitals.heapShare > 0.97) return { status: 'unhealthy', message: heap }
  if (vitals.heapShare > 0.85) return { status: 'warning', message: heap }
  if (vitals.lagMs > 250) {
    return { status: 'warning', message: `the event loop lags by ${Math.round(vitals.lagMs)} ms` }
  }
  return { status: 'healthy', message: 'all checks passed' }
}

/** Reads the vitals of this very process. */
export function processVitals(): () => Vitals {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  return () => {
    const lagMs = delay.count === 0 ? 0 : delay.percentile(99) / 1e6
    delay.reset()
    const heap = getHeapStatistics()
    return { lagMs, heapShare: heap.used_heap_size / heap.heap_size_limit }
  }
}
