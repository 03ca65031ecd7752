import type { SmokeCheck, SmokeDefinition } from "./definition.ts"
import { type Answer, problems, type Quote, withVersion } from "./expect.ts"

export interface SmokeTarget {
  /** Base URL of a component, without trailing slash; undefined: of the environment's default component. */
  baseUrl(component: string | undefined): Promise<string>
  /** One request. Rejects when there is no answer. */
  send(request: SmokeRequest): Promise<Answer>
  /** Milliseconds that only grow. */
  monotonic(): number
  sleep(ms: number): Promise<void>
  /** Quotes an answer in a message. Default: its beginning as it is. */
  readonly quote?: Quote
}

export interface SmokeRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly timeoutMs: number
}

export interface SmokeResult {
  readonly name: string
  readonly component: string | null
  readonly method: string
  readonly path: string
  readonly ok: boolean
  /** Number of requests until it passed, or the retries were used up. */
  readonly attempts: number
  /** Share of expected answers once it had passed; 1 without repetition. */
  readonly successRate: number
  readonly milliseconds: number
  /** Problems of the last request; empty when ok. */
  readonly problems: readonly string[]
}

/** `smoke.json`. */
export interface SmokeReport {
  readonly schemaVersion: 1
  readonly version: string
  readonly verdict: "pass" | "fail"
  readonly summary: string
  readonly seconds: number
  readonly checks: readonly SmokeResult[]
}

/**
 * Runs all checks, in order, each with bounded retries; `timeoutMs` bounds them together. Every check is reported, also
 * after one has failed, so that one run shows all failures.
 */
export async function runSmoke(
  definition: SmokeDefinition,
  target: SmokeTarget,
  version: string,
  timeoutMs: number,
): Promise<SmokeReport> {
  const started = target.monotonic()
  const deadline = started + timeoutMs
  const checks: SmokeResult[] = []
  for (const check of definition.checks)
    checks.push(await runCheck(definition, check, target, version, deadline))
  const bad = checks.filter((one) => !one.ok)
  const first = bad[0]
  return {
    schemaVersion: 1,
    version,
    verdict: bad.length === 0 ? "pass" : "fail",
    summary:
      first === undefined
        ? `${checks.length} checks passed on version ${version}`
        : `${bad.length} of ${checks.length} checks failed: ${first.name}: ${first.problems.join("; ")}`,
    seconds: (target.monotonic() - started) / 1000,
    checks,
  }
}

async function runCheck(
  definition: SmokeDefinition,
  check: SmokeCheck,
  target: SmokeTarget,
  version: string,
  deadline: number,
): Promise<SmokeResult> {
  const began = target.monotonic()
  const { attempts: limit, delay } = definition.retries
  let attempts = 0
  let found: readonly string[] = ["not tried: the smoke test's time limit is over"]
  while (attempts < limit && target.monotonic() < deadline) {
    if (attempts > 0) await target.sleep(Math.min(delay, Math.max(0, deadline - target.monotonic())))
    attempts++
    found = await ask(check, target, version)
    if (found.length === 0) break
  }
  const probed =
    found.length === 0
      ? await probe(definition, check, target, version, deadline)
      : { successRate: 0, problems: found }
  return {
    name: check.name,
    component: check.component ?? null,
    method: check.method,
    path: check.path,
    ok: probed.problems.length === 0,
    attempts,
    successRate: probed.successRate,
    milliseconds: Math.round(target.monotonic() - began),
    problems: probed.problems,
  }
}

/** Repeats a check that has passed. Fewer answers than `repeat` are a problem, not a smaller sample. */
async function probe(
  definition: SmokeDefinition,
  check: SmokeCheck,
  target: SmokeTarget,
  version: string,
  deadline: number,
): Promise<{ readonly successRate: number; readonly problems: readonly string[] }> {
  const { repeat, minSuccessRate } = definition
  let right = 1
  let sent = 1
  while (sent < repeat && target.monotonic() < deadline) {
    sent++
    if ((await ask(check, target, version)).length === 0) right++
  }
  const successRate = right / sent
  const problems = [
    ...(sent < repeat ? [`asked only ${sent} of ${repeat} times: the smoke test's time limit is over`] : []),
    ...(successRate < minSuccessRate
      ? [`only ${(successRate * 100).toFixed(1)} % of answers were right, expected ${minSuccessRate * 100} %`]
      : []),
  ]
  return { successRate, problems }
}

async function ask(check: SmokeCheck, target: SmokeTarget, version: string): Promise<readonly string[]> {
  try {
    const base = await target.baseUrl(check.component)
    const answer = await target.send({
      url: base + withVersion(check.path, version),
      method: check.method,
      headers: requestHeaders(check),
      body: requestBody(check, version),
      timeoutMs: check.timeout,
    })
    return problems(check, answer, version, target.quote)
  } catch (error) {
    return [`no answer: ${error instanceof Error ? reason(error) : String(error)}`]
  }
}

/** fetch hides the reason in its cause. */
function reason(error: Error): string {
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}

function requestHeaders(check: SmokeCheck): Readonly<Record<string, string>> {
  const json = check.body !== undefined && typeof check.body !== "string"
  return { ...(json ? { "content-type": "application/json" } : {}), ...check.headers }
}

function requestBody(check: SmokeCheck, version: string): string | undefined {
  if (check.body === undefined) return undefined
  return withVersion(typeof check.body === "string" ? check.body : JSON.stringify(check.body), version)
}
