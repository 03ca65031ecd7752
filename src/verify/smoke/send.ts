import type { Answer } from "./expect.ts"
import type { SmokeRequest } from "./run.ts"

const bodyLimit = 1024 * 1024

/** One HTTP request; redirects are answers, not followed. */
export async function sendRequest(request: SmokeRequest): Promise<Answer> {
  const response = await fetch(request.url, {
    method: request.method,
    headers: request.headers,
    redirect: "manual",
    signal: AbortSignal.timeout(request.timeoutMs),
    ...(request.body === undefined ? {} : { body: request.body }),
  })
  const body = await response.text()
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: body.slice(0, bodyLimit),
  }
}
