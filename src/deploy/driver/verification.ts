import { contentDigest, type PlanProof, SignalboxError, sha256, toJson } from "../../domain/index.ts"
import {
  authoritiesWith,
  checkLoadScript,
  defaultSmoke,
  type LoadPlan,
  type LoadReport,
  parseSmoke,
  planLoad,
  runLoad,
  runSmoke,
  type SmokeDefinition,
  type SmokeReport,
  sendRequest,
} from "../../verify/index.ts"
import { inconclusivePolicy } from "../inconclusive.ts"
import { hideAll, learnNamespaceSecrets } from "./own-secrets.ts"
import type { DriverSession } from "./session.ts"

const tickSeconds = 30

/** The smoke test to run: the given text, or every component's health path where there is none. */
export function smokeDefinitionOf(session: DriverSession, text: string | null): SmokeDefinition {
  return text === null ? defaultSmoke(session.input.request.components) : parseSmoke(text, "smoke.yaml")
}

/** What a deployment is held against, for its plan: equal requests and bundles give an equal one. */
export function proofOf(session: DriverSession): PlanProof {
  const { request, smoke: text, loadScript } = session.input
  const { objectives } = request.environment
  const smoke =
    text === null
      ? { source: "health paths" as const, digest: contentDigest(toJson(smokeDefinitionOf(session, null))) }
      : { source: "smoke.yaml" as const, digest: sha256(text) }
  if (loadScript === null || request.environment.load.profile === "none")
    return { smoke, load: null, objectives }
  const { profile, scale, users, durationSeconds, rampUpSeconds } = loadPlanOf(session)
  const figures = { profile, scale, users, durationSeconds, rampUpSeconds }
  const load = {
    ...{ ...figures, script: loadScript.digest },
    inconclusive: inconclusivePolicy(request.environment),
  }
  return { smoke, load, objectives }
}

/** Runs a smoke test against what runs; written to `file`. */
export async function smoke(
  session: DriverSession,
  definition: SmokeDefinition,
  version: string,
  options: { readonly timeoutMs: number; readonly file: string; readonly signal: AbortSignal },
): Promise<SmokeReport> {
  const access = session.access()
  await learnNamespaceSecrets(session)
  const target = {
    quote: (text: string, longest: number) => hideAll(session, text).slice(0, longest),
    baseUrl: access.baseUrl,
    send: sendRequest,
    monotonic: () => session.clock.monotonic(),
    sleep: (ms: number) => session.clock.sleep(ms, options.signal),
  }
  const report = hiddenIn(session, await runSmoke(definition, target, version, options.timeoutMs))
  await session.recorder.json(options.file, report)
  return report
}

/** What fails quotes the application's answers, which go into the ledger, evidence and the call's output. */
function hiddenIn(session: DriverSession, report: SmokeReport): SmokeReport {
  if (report.verdict === "pass") return report
  const hide = (text: string) => hideAll(session, text)
  const checks = report.checks.map((check) => ({ ...check, problems: check.problems.map(hide) }))
  return { ...report, summary: hide(report.summary), checks }
}

/** The load that a deployment or a `load` call runs. */
export function loadPlanOf(session: DriverSession): LoadPlan {
  const { environment, load } = session.input.request
  const wishes = load ?? environment.load
  return planLoad({ ...wishes, protected: environment.protected })
}

/**
 * Lets k6 load the script that a deployment will run, and says which of its options are not used.
 * @throws CONFIG_INVALID, TOOL_FAILED
 */
export async function assertLoadScript(session: DriverSession, version: string): Promise<void> {
  const { loadScript } = session.input
  if (loadScript === null) return
  const check = {
    script: loadScript.text,
    work: session.testsWork,
    version,
    profile: loadPlanOf(session).profile,
  }
  const unused = await checkLoadScript(session.children, { ...check, signal: session.interrupt })
  if (unused.length > 0)
    session.recorder.say(
      `load: options of load.js that are not used: ${unused.join(", ")}; the environment has them`,
    )
}

/** Runs a load against what runs. @throws TOOL_FAILED, OUTPUT_UNREADABLE, CLUSTER_UNREACHABLE, CONFIG_INVALID */
export async function load(
  session: DriverSession,
  plan: LoadPlan,
  version: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<LoadReport> {
  const { environment } = session.input.request
  const { loadScript } = session.input
  if (loadScript === null)
    throw new SignalboxError("CONFIG_INVALID", {
      what: `environment ${environment.name} asks for load profile ${plan.profile}, and there is no load script`,
      next: "name one in signalbox.yaml (load.script), or set load.profile: none",
    })
  const access = session.access()
  // Nothing but the way to the one component: the script runs beside every proxy that is open.
  await access.close()
  const baseUrl = await access.baseUrl(undefined)
  const mayKeepLog = await learnNamespaceSecrets(session)
  if (!mayKeepLog) session.recorder.say("k6.log: left out, it may hold values of Secrets that cannot be read")
  const ca = environment.access.kind === "url" ? environment.access.ca : undefined
  const report = await shown(session, plan, () =>
    runLoad(session.children, {
      plan,
      objectives: environment.objectives,
      script: loadScript.text,
      baseUrl,
      version,
      work: session.testsWork,
      out: session.recorder.directory,
      timeoutMs: options.timeoutMs,
      signal: options.signal,
      hide: (text) => (mayKeepLog ? hideAll(session, text) : null),
      ...(ca === undefined ? {} : { authorities: authoritiesWith(ca) }),
    }),
  )
  await session.recorder.json("load.json", report)
  return report
}

/** A load test prints nothing for minutes: the elapsed seconds are logged. */
async function shown<T>({ recorder }: DriverSession, plan: LoadPlan, work: () => Promise<T>): Promise<T> {
  const seconds = plan.durationSeconds
  recorder.say(`load: profile ${plan.profile}, ${plan.users} users for ${seconds} s`)
  let passed = 0
  const ticks = setInterval(() => {
    passed += tickSeconds
    if (passed < seconds) recorder.say(`load: ${passed} of ${seconds} s`)
  }, tickSeconds * 1000)
  try {
    return await work()
  } finally {
    clearInterval(ticks)
  }
}

/**
 * Why the target of a load test does not answer, checked before the load: an absent target says nothing about
 * objectives. Null: it answers. @throws CLUSTER_UNREACHABLE, CONFIG_INVALID
 */
export async function unansweredTarget(session: DriverSession): Promise<string | null> {
  const baseUrl = await session.access().baseUrl(undefined)
  const { environment, components } = session.input.request
  const name =
    environment.access.kind === "service-proxy" ? environment.access.component : Object.keys(components)[0]
  const path = components[name ?? ""]?.health ?? "/"
  const request = { url: baseUrl + path, method: "GET", headers: {}, body: undefined, timeoutMs: 10_000 }
  const unanswered = (why: string) => `the target does not answer at ${path}: ${why}`
  try {
    const { status } = await sendRequest(request)
    return status < 400 ? null : unanswered(`status ${status}`)
  } catch (error) {
    return unanswered(error instanceof Error ? error.message : String(error))
  }
}
