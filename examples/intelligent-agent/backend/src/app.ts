import fastify, { type FastifyInstance, LogController } from 'fastify'
import { agentRoutes } from './agents/routes.ts'
import type { Config } from './config.ts'
import { conversationRoutes } from './conversations/routes.ts'
import { idempotency } from './http/idempotency.ts'
import { Problem, sendProblem } from './http/problem.ts'
import { processVitals, type Vitals } from './operations/health.ts'
import type { Lifecycle } from './operations/lifecycle.ts'
import { Metrics } from './operations/metrics.ts'
import { healthRoutes } from './operations/routes.ts'
import type { Store } from './store/store.ts'

export interface AppOptions {
  readonly version: string
  readonly store: Store
  readonly lifecycle: Lifecycle
  readonly logLevel: Config['logLevel']
  /** Whether changes are refused. Default: false. */
  readonly readOnly?: boolean
  /** Bytes of the largest request body that is read. */
  readonly bodyLimit: number
  /** Default: the vitals of this process. */
  readonly vitals?: () => Vitals
  /** Milliseconds of a clock that only goes forward. Default: `performance.now`. */
  readonly now?: () => number
}

const minute = 60_000

/** The whole API, not yet listening. */
export function buildApp(options: AppOptions): FastifyInstance {
  const now = options.now ?? (() => performance.now())
  const app = fastify({
    logger: { level: options.logLevel, base: { version: options.version } },
    // One line per request, written below, instead of fastify's two.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimit,
    // Longer than a proxy keeps its idle connections, so that the proxy is the one who closes them.
    keepAliveTimeout: 65_000,
    // While closing, requests on open connections are still answered; none is turned away with 503.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  })
  const metrics = new Metrics(options.store, options.version)

  app.setErrorHandler(sendProblem)
  app.setNotFoundHandler((request) => {
    throw new Problem(404, 'no-route', `There is nothing at ${request.method} ${request.url}.`)
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (options.lifecycle.draining) void reply.header('connection', 'close')
    done(null, payload)
  })

  app.addHook('onResponse', (request, reply, done) => {
    const { method, url } = request
    request.log.info({ method, url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered')
    done()
  })

  metrics.install(app)
  healthRoutes(app, {
    version: options.version,
    lifecycle: options.lifecycle,
    vitals: options.vitals ?? processVitals(),
    uptime: () => process.uptime(),
  })
  if (options.readOnly === true) refuseChanges(app)
  idempotency(app, { keepMs: 10 * minute, maxKeys: 10_000, now })
  agentRoutes(app, options.store)
  conversationRoutes(app, options.store, metrics)
  return app
}

function refuseChanges(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method === 'GET' || request.method === 'HEAD') {
      done()
      return
    }
    void reply.header('retry-after', '60')
    done(new Problem(503, 'read-only', 'Changes are switched off for the moment; reading works.'))
  })
}
