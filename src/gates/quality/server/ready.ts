import { setTimeout as pause } from "node:timers/promises"
import { SignalboxError } from "../../../domain/index.ts"
import type { QualityRequest } from "../answers.ts"
import type { SonarApi } from "./api.ts"
import { notAllowed, notReady, notSonarqube, wrongToken } from "./errors.ts"
import { systemStatus, validation } from "./shapes.ts"

const everyMs = 2000
/** States that pass by themselves. */
const passing = ["STARTING", "RESTARTING", "DB_MIGRATION_RUNNING"]

/** Milliseconds since something began; a test gives its own. */
export type Elapsed = () => number

export function elapsedSince(start = performance.now()): Elapsed {
  return () => performance.now() - start
}

/**
 * Waits until the server is up. A given one that nobody answers for is away at once; one of the call's own opens its port
 * late.
 * @returns its version
 * @throws SERVER_UNREACHABLE, SERVER_NOT_READY
 */
export async function waitUntilUp(
  api: SonarApi,
  request: Pick<QualityRequest, "waitMs" | "wait" | "conditions">,
  elapsed: Elapsed = elapsedSince(),
  everyMilliseconds = everyMs,
): Promise<string> {
  for (;;) {
    const { version, status } = await statusOf(api, request.conditions !== null)
    if (status === "UP") return version
    if (!passing.includes(status) || elapsed() + everyMilliseconds > request.waitMs)
      throw notReady(api.server, status, request.wait)
    await pause(everyMilliseconds)
  }
}

async function statusOf(api: SonarApi, isOwn: boolean): Promise<{ version: string; status: string }> {
  try {
    return await api.get("api/system/status", {}, systemStatus)
  } catch (error) {
    if (isOwn && error instanceof SignalboxError && error.code === "SERVER_UNREACHABLE")
      return { version: "", status: "STARTING" }
    throw error
  }
}

/** @throws SERVER_REFUSED for a token that the server does not know */
export async function assertToken(api: SonarApi): Promise<void> {
  const answer = await api.request("GET", "api/authentication/validate", {})
  if (answer.status === 401) throw wrongToken(api.server, "api/authentication/validate answered 401")
  if (answer.status === 403) throw notAllowed(api.server, "api/authentication/validate answered 403")
  const parsed = validation.safeParse(parse(answer.text))
  if (!parsed.success) throw notSonarqube(api.server, `api/authentication/validate answered ${answer.status}`)
  if (!parsed.data.valid) throw wrongToken(api.server, "api/authentication/validate answered valid: false")
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
