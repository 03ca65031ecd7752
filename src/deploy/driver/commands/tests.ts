import { type ErrorDetail, SignalboxError, type TestKind } from "../../../domain/index.ts"
import { assertPassesAccess } from "../../access/index.ts"
import { readBundle } from "../../bundles/index.ts"
import { runningOf } from "../../world/index.ts"
import { ensureNamespace } from "../locked.ts"
import { observe } from "../observation.ts"
import { type CommandResult, done } from "../result.ts"
import { revokeOrWhyNot, type Tested, testedNow } from "../revoke.ts"
import type { DriverSession } from "../session.ts"
import {
  assertLoadScript,
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
  const { environment } = session.input.request
  const stored = async () => (await readBundle(session.api, environment.namespace, tested.set))?.smoke ?? null
  const definition = smokeDefinitionOf(session, session.input.smoke ?? (await stored()))
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
  const failed = { what: "the smoke test failed", where: environment.name, why: report.summary }
  throw new SignalboxError("SMOKE_FAILED", await withRevocation(session, tested, "smoke", failed))
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
  await assertLoadScript(session, tested.set.version)
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
  const failed = { ...detail, what: "the load test failed" }
  if (!plan.seeksLimit)
    throw new SignalboxError("LOAD_FAILED", await withRevocation(session, tested, "load", failed))
  throw new SignalboxError("LOAD_FAILED", {
    ...failed,
    next: "see load.json: what was answered how often, and how long it took",
  })
}

/** A failed test is one, whatever keeps its result from being recorded: that is told beside it. */
async function withRevocation(
  session: DriverSession,
  tested: Tested,
  kind: TestKind,
  failed: ErrorDetail & { readonly why: string },
): Promise<ErrorDetail> {
  const whyNot = await revokeOrWhyNot(session, tested, kind, failed.why)
  if (whyNot === null)
    return { ...failed, next: "fix the cause, then deploy the same release again: that verifies it again" }
  return {
    ...failed,
    why: `${failed.why}; ${whyNot}`,
    next: `it can still be promoted and be rolled back to: hold it, or repeat the test where the lock is free and the account may write the ledger`,
  }
}

async function running(session: DriverSession) {
  await ensureNamespace(session, false)
  const observed = await observe(session)
  return { tested: testedNow(session, observed), running: runningOf(observed.world) }
}
