import type { FastifyInstance } from 'fastify'
import { judge, type Vitals } from './health.ts'
import type { Lifecycle } from './lifecycle.ts'

export interface HealthOptions {
  readonly version: string
  readonly lifecycle: Lifecycle
  readonly vitals: () => Vitals
  /** Seconds since the start. */
  readonly uptime: () => number
}

/** Probes are asked every few seconds by every node, so they stay out of the log. */
const quiet = { logLevel: 'warn' } as const

export function healthRoutes(app: FastifyInstance, options: HealthOptions): void {
  // Liveness: a warning still answers 200, since restarting would not help.
  app.get('/health', quiet, (_request, reply) => {
    const health = judge(options.vitals())
    return reply
      .code(health.status === 'unhealthy' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send({ ...health, uptime_seconds: Math.round(options.uptime()), version: options.version })
  })

  app.get('/health/ready', quiet, (_request, reply) => {
    const { draining } = options.lifecycle
    return reply
      .code(draining ? 503 : 200)
      .header('cache-control', 'no-store')
      .send({ ready: !draining, message: draining ? 'shutting down' : 'accepting requests', version: options.version })
  })
}
