import { longestTimerMs } from "../../domain/index.ts"
import type { Answer } from "./expect.ts"
import type { SmokeRequest } from "./run.ts"

const bodyLimit = 1024 * 1024

/** One HTTP request; redirects are answers, not followed. */
export async function sendRequest(request: SmokeRequest): Promise<Answer> {
  const response = await fetch(request.url, {
    method: request.method,
    headers: request.headers,
    redirect: "manual",
    signal: AbortSignal.timeout(Math.min(request.timeoutMs, longestTimerMs)),
    ...(request.body === undefined ? {} : { body: request.body }),
  })
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await beginningOf(response),
  }
}

/** Reads at most `bodyLimit` bytes: an answer may never end. */
async function beginningOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= bodyLimit) break
  }
  return new TextDecoder().decode(Buffer.concat(chunks)).slice(0, bodyLimit)
}
