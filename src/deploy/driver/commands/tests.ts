import { SignalboxError } from "../../../domain/index.ts"
import { assertPassesAccess } from "../../access/index.ts"
import { readBundle } from "../../bundles/index.ts"
import { runningOf } from "../../world/index.ts"
import { ensureNamespace } from "../locked.ts"
import { observe } from "../observation.ts"
import { type CommandResult, done } from "../result.ts"
import { revoke, testedNow } from "../revoke.ts"
import type { DriverSession } from "../session.ts"
import {
  loadPlanOf,
  load as runLoad,
  smoke as runSmoke,
  smokeDefinitionOf,
  unansweredTarget,
} from "../verification.ts"

/**
 * The smoke test against what runs, with the checks that were given, or those that verified it. One that fails revokes
 * the verification.
 */
export async function smoke(session: DriverSession): Promise<CommandResult> {
  const { tested, running: before } = await running(session)
  const bundle = await readBundle(session.api, session.input.request.environment.namespace, tested.set)
  const definition = smokeDefinitionOf(session, session.input.smoke ?? bundle?.smoke ?? null)
  const { environment } = session.input.request
  assertPassesAccess(environment.access, definition.checks)
  const report = await runSmoke(session, definition, tested.set.version, {
    timeoutMs: environment.timeouts.smoke.ms,
    file: "smoke.json",
    signal: session.interrupt,
  })
  for (const check of report.checks)
    session.recorder.say(
      `${check.ok ? "ok  " : "FAIL"} ${check.name}${check.ok ? "" : `: ${check.problems.join("; ")}`}`,
    )
  session.recorder.say(`smoke test: ${report.summary}`)
  if (report.verdict === "pass") return { ...done(), before, after: before }
  await revoke(session, tested, "smoke", report.summary)
  throw new SignalboxError("SMOKE_FAILED", {
    what: "the smoke test failed",
    where: environment.name,
    why: report.summary,
    next: afterRevoking,
  })
}

/** A load profile against what runs. One that fails revokes the verification, unless it was out for the limit. */
export async function load(session: DriverSession): Promise<CommandResult> {
  const plan = loadPlanOf(session)
  const { environment, load: wishes } = session.input.request
  session.recorder.say(
    `load: profile ${plan.profile} (${plan.purpose}): ${plan.users} users for ${plan.durationSeconds} s, ramp-up ${plan.rampUpSeconds} s`,
  )
  if (wishes?.dryRun === true) return done()
  const { tested, running: before } = await running(session)
  const away = await unansweredTarget(session)
  if (away !== null)
    throw new SignalboxError("TOOL_FAILED", {
      what: "nothing was loaded",
      where: environment.name,
      why: away,
      next: "look at the smoke test first",
    })
  const report = await runLoad(session, plan, tested.set.version, {
    timeoutMs: Math.max(environment.timeouts.load.ms, plan.durationSeconds * 1000 + 60_000),
    signal: session.interrupt,
  })
  session.recorder.say(`load test: ${report.summary}`)
  if (report.verdict === "pass") return { ...done(), before, after: before }
  const detail = { where: environment.name, why: report.summary }
  if (report.verdict === "inconclusive")
    throw new SignalboxError("INCONCLUSIVE", {
      ...detail,
      what: "the load test decides nothing",
      next: "run it longer, or lower objectives.minimumRequests",
    })
  if (!plan.seeksLimit) await revoke(session, tested, "load", report.summary)
  throw new SignalboxError("LOAD_FAILED", {
    ...detail,
    what: "the load test failed",
    next: plan.seeksLimit
      ? "see load.json: what was answered how often, and how long it took"
      : afterRevoking,
  })
}

async function running(session: DriverSession) {
  await ensureNamespace(session, false)
  const observed = await observe(session)
  return { tested: testedNow(session, observed), running: runningOf(observed.world) }
}

const afterRevoking = "fix the cause, then deploy the same release again: that verifies it again"
