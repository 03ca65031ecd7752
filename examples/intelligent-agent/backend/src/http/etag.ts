import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'

export function etagOf(value: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)}"`
}

/** Sends `body` with its ETag, or 304 when the caller already has it. */
export function sendTagged(request: FastifyRequest, reply: FastifyReply, body: unknown): FastifyReply {
  const etag = etagOf(body)
  // A cache may keep the answer but has to ask each time.
  void reply.header('etag', etag).header('cache-control', 'private, no-cache')
  return matches(request.headers['if-none-match'], etag) ? reply.code(304).send() : reply.send(body)
}

/** A change must name the version it was made from, so that two editors cannot overwrite each other. */
export function requireMatch(request: FastifyRequest, current: unknown): void {
  const header = request.headers['if-match']
  if (header === undefined) {
    throw new Problem(428, 'precondition-required', 'Send If-Match with the ETag that the change is based on.')
  }
  if (!matches(header, etagOf(current))) {
    throw new Problem(412, 'precondition-failed', 'It was changed by someone else meanwhile; read it again.')
  }
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  // A proxy that compresses turns the tag into a weak one.
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes('*') || tags.includes(etag)
}
