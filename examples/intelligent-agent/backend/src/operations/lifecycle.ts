import type { FastifyInstance } from 'fastify'

export interface LifecycleOptions {
  /** Milliseconds to go on serving after "not ready". */
  readonly drainMs: number
  /** Milliseconds that running requests get after that. */
  readonly closeMs: number
}

interface SignalSource {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
  exit(code: number): void
}

/**
 * Leaves without losing a request. First the readiness probe answers 503, and each answer asks its client to
 * close the connection; requests that still arrive are served as always. After the drain time no load balancer
 * sends anything new, and the server closes. A second signal ends the process at once.
 */
export class Lifecycle {
  readonly #options: LifecycleOptions
  #draining = false

  constructor(options: LifecycleOptions) {
    this.#options = options
  }

  get draining(): boolean {
    return this.#draining
  }

  onSignals(app: FastifyInstance, source: SignalSource): void {
    const leave = (): void => {
      if (this.#draining) {
        source.exit(1)
        return
      }
      this.shutdown(app).then(
        () => {
          source.exit(0)
        },
        (error: unknown) => {
          app.log.error({ err: error }, 'could not close')
          source.exit(1)
        },
      )
    }
    source.on('SIGTERM', leave)
    source.on('SIGINT', leave)
  }

  async shutdown(app: FastifyInstance): Promise<void> {
    this.#draining = true
    app.log.info({ drainMs: this.#options.drainMs }, 'draining')
    await new Promise((resolve) => setTimeout(resolve, this.#options.drainMs))
    const cut = setTimeout(() => {
      app.log.warn('cutting connections that are still busy')
      app.server.closeAllConnections()
    }, this.#options.closeMs)
    await app.close()
    clearTimeout(cut)
    app.log.info('closed')
  }
}
