import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Store } from '../store/store.ts'

/** What Prometheus reads from `/metrics`. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #seconds: Histogram<'method' | 'route' | 'status'>
  readonly #replies: Counter<'skill'>

  constructor(store: Store, version: string) {
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry })
    this.#seconds = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the request to its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    })
    this.#replies = new Counter({
      name: 'agent_replies_total',
      help: 'Replies by the skill that gave them.',
      labelNames: ['skill'],
      registers,
    })
    new Gauge({ name: 'app_info', help: 'The running version.', labelNames: ['version'], registers }).set({ version }, 1)
    new Gauge({
      name: 'agents_stored',
      help: 'Agents in the store.',
      registers,
      collect() {
        this.set(store.counts().agents)
      },
    })
  }

  replied(skill: string): void {
    this.#replies.inc({ skill })
  }

  /** Measures every request of `app` and serves the figures. */
  install(app: FastifyInstance): void {
    app.addHook('onResponse', (request, reply, done) => {
      // The pattern, not the address: one series per route, however many agents there are.
      const route = request.routeOptions.url ?? 'unknown'
      const labels = { method: request.method, route, status: reply.statusCode }
      this.#seconds.observe(labels, reply.elapsedTime / 1000)
      done()
    })
    app.get('/metrics', { logLevel: 'warn' }, async (_request, reply) =>
      reply.type(this.#registry.contentType).header('cache-control', 'no-store').send(await this.#registry.metrics()),
    )
  }
}
