/** A request that did not succeed, with a sentence that can be shown. */
export class ApiError extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
  }
}

interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly body?: unknown
  readonly signal?: AbortSignal
}

const attempts = 3
const pauseMs = 250
/** Answers of a proxy whose upstream is just being replaced. */
const passing = new Set([0, 502, 504])

/**
 * Calls the API and reads its JSON. What only failed on the way is tried again; that is safe for a POST too, since
 * all attempts carry one idempotency key and the server acts once.
 */
export async function callApi<Answer>(path: string, call: Call = {}): Promise<Answer> {
  const headers = new Headers({ accept: 'application/json' })
  if (call.body !== undefined) headers.set('content-type', 'application/json')
  if (call.method === 'POST') headers.set('idempotency-key', crypto.randomUUID())
  const init: RequestInit = {
    method: call.method ?? 'GET',
    headers,
    ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
    ...(call.signal !== undefined && { signal: call.signal }),
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await once<Answer>(path, init)
    } catch (error) {
      const again = error instanceof ApiError && passing.has(error.status) && attempt < attempts
      if (!again) throw error
      await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt))
    }
  }
}

async function once<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, 'The server cannot be reached.')
  })
  if (!response.ok) throw new ApiError(response.status, await reasonOf(response))
  return response.status === 204 ? (undefined as Answer) : ((await response.json()) as Answer)
}

/** The detail of a problem document; what is not one gets a plain sentence. */
async function reasonOf(response: Response): Promise<string> {
  const fallback = `The server answered with ${response.status}.`
  if (response.headers.get('content-type')?.includes('problem+json') !== true) return fallback
  const problem = (await response.json()) as { detail?: string; errors?: readonly { detail: string }[] }
  return problem.errors?.[0]?.detail ?? problem.detail ?? fallback
}
