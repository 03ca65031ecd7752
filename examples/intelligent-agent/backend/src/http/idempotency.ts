import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'

interface Answer {
  readonly status: number
  readonly location: string | undefined
  readonly body: string
}

interface Remembered {
  readonly fingerprint: string
  readonly expires: number
  readonly answer?: Answer
}

export interface IdempotencyOptions {
  /** Milliseconds that an answer is kept. */
  readonly keepMs: number
  /** Keys kept at once; the oldest go first. */
  readonly maxKeys: number
  readonly now: () => number
}

/**
 * A POST with an `Idempotency-Key` acts once: a repetition gets the first answer again, marked
 * `idempotency-replayed`. The same key with another body is refused (422), and while the first is still
 * running, too (409).
 */
export function idempotency(app: FastifyInstance, options: IdempotencyOptions): void {
  const remembered = new Map<string, Remembered>()
  // The requests that act, as opposed to those that repeat one; each with the entry it has to fill.
  const acting = new WeakMap<FastifyRequest, string>()

  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request)
    if (key === undefined) return
    forgetOld(remembered, options)
    const fingerprint = createHash('sha256').update(JSON.stringify(request.body ?? null)).digest('hex')
    const earlier = remembered.get(key)
    if (earlier === undefined) {
      remembered.set(key, { fingerprint, expires: options.now() + options.keepMs })
      acting.set(request, key)
      return
    }
    const answer = answerOf(earlier, fingerprint)
    if (answer.location !== undefined) void reply.header('location', answer.location)
    return reply
      .code(answer.status)
      .header('idempotency-replayed', 'true')
      .type('application/json; charset=utf-8')
      .send(answer.body)
  })

  app.addHook('onSend', async (request, reply, payload) => {
    const key = acting.get(request)
    const entry = key === undefined ? undefined : remembered.get(key)
    if (key === undefined || entry === undefined) return payload
    if (reply.statusCode < 300 && typeof payload === 'string') {
      const location = reply.getHeader('location')?.toString()
      remembered.set(key, { ...entry, answer: { status: reply.statusCode, location, body: payload } })
    } else {
      // A refused attempt changed nothing, so the same key may try again.
      remembered.delete(key)
    }
    return payload
  })
}

function answerOf(earlier: Remembered, fingerprint: string): Answer {
  if (earlier.fingerprint !== fingerprint) {
    throw new Problem(422, 'key-reused', 'This Idempotency-Key was used for another request.')
  }
  if (earlier.answer === undefined) {
    throw new Problem(409, 'in-progress', 'The first request with this Idempotency-Key is still running.')
  }
  return earlier.answer
}

function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  if (request.method !== 'POST' || key === undefined) return undefined
  if (typeof key !== 'string' || !/^[\w.:-]{8,128}$/.test(key)) {
    throw new Problem(400, 'bad-key', 'An Idempotency-Key has 8 to 128 letters, digits, or . : _ -')
  }
  return `${request.url} ${key}`
}

function forgetOld(remembered: Map<string, Remembered>, options: IdempotencyOptions): void {
  const now = options.now()
  // A map keeps the order of insertion, and every entry lives equally long: the oldest stand first.
  for (const [key, entry] of remembered) {
    if (entry.expires > now && remembered.size < options.maxKeys) return
    remembered.delete(key)
  }
}
