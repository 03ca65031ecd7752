import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

/** One rejected field: a JSON pointer and the reason. */
export interface FieldError {
  readonly pointer: string
  readonly detail: string
}

/** An answer other than success, sent as RFC 9457 `application/problem+json`. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly fields: readonly FieldError[]

  constructor(status: number, code: string, detail: string, fields: readonly FieldError[] = []) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.fields = fields
  }
}

export function notFound(what: string, id: string): Problem {
  return new Problem(404, 'not-found', `There is no ${what} with the id "${id}".`)
}

function toProblem(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error
  const status = error.statusCode ?? 500
  if (status < 500) return new Problem(status, 'bad-request', error.message)
  // The cause goes to the log; a caller gets nothing that tells about the inside.
  return new Problem(500, 'internal', 'The server could not answer this request.')
}

export function sendProblem(error: FastifyError | Problem, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error)
  // A Problem is an answer that somebody chose; anything else is a fault that somebody has to mend.
  if (!(error instanceof Problem) && problem.status >= 500) request.log.error({ err: error }, 'request failed')
  void reply
    .code(problem.status)
    .type('application/problem+json')
    .send({
      type: `urn:intelligent-agent:problem:${problem.code}`,
      title: STATUS_CODES[problem.status] ?? 'Error',
      status: problem.status,
      detail: problem.message,
      ...(problem.fields.length > 0 && { errors: problem.fields }),
    })
}
