import { SignalboxError } from "../../../domain/index.ts"
import { readKept } from "../../kept/index.ts"
import { entryOfRevision } from "../../state/index.ts"
import { runningOf } from "../../world/index.ts"
import { ensureNamespace } from "../locked.ts"
import { type CommandResult, done } from "../result.ts"
import type { DriverSession } from "../session.ts"
import { loadPlanOf, load as runLoad, smoke as runSmoke, smokeDefinitionOf } from "../tests.ts"
import { look } from "./preparation.ts"

/** The smoke test against what runs, with the checks that were given, or those that verified it. */
export async function smoke(session: DriverSession): Promise<CommandResult> {
  const current = await running(session)
  const kept = await readKept(session.api, session.input.request.environment.namespace, current.set)
  const definition = smokeDefinitionOf(session, session.input.smoke ?? kept?.smoke ?? null)
  const { environment } = session.input.request
  const report = await runSmoke(session, definition, current.set.version, {
    timeoutMs: environment.timeouts.smoke,
    file: "smoke.json",
    signal: session.interrupt,
  })
  for (const check of report.checks)
    session.recorder.say(
      `${check.ok ? "ok  " : "FAIL"} ${check.name}${check.ok ? "" : `: ${check.problems.join("; ")}`}`,
    )
  session.recorder.say(`smoke test: ${report.summary}`)
  if (report.verdict === "pass") return { ...done(), after: current.running }
  const { name } = environment
  throw new SignalboxError("SMOKE_FAILED", {
    what: "the smoke test failed",
    where: name,
    why: report.summary,
  })
}

/** A load profile against what runs. */
export async function load(session: DriverSession): Promise<CommandResult> {
  const plan = loadPlanOf(session)
  const { environment, load: wishes } = session.input.request
  session.recorder.say(
    `load: profile ${plan.profile} (${plan.purpose}): ${plan.users} users for ${plan.durationSeconds} s, ramp-up ${plan.rampUpSeconds} s`,
  )
  if (wishes?.dryRun === true) return done()
  const current = await running(session)
  const report = await runLoad(session, plan, current.set.version, {
    timeoutMs: Math.max(environment.timeouts.load, plan.durationSeconds * 1000 + 60_000),
    signal: session.interrupt,
  })
  session.recorder.say(`load test: ${report.summary}`)
  if (report.verdict === "pass") return { ...done(), after: current.running }
  throw new SignalboxError(report.verdict === "fail" ? "LOAD_FAILED" : "INCONCLUSIVE", {
    what: report.verdict === "fail" ? "the load test failed" : "the load test decides nothing",
    where: environment.name,
    why: report.summary,
    next:
      report.verdict === "fail"
        ? "see k6-summary.json"
        : "run it longer, or lower objectives.minimumRequests",
  })
}

async function running(session: DriverSession) {
  await ensureNamespace(session, false)
  const { world } = await look(session)
  const newest = world.revisions.at(-1)
  const entry = newest === undefined ? undefined : entryOfRevision(world.ledger, newest.revision)
  if (entry !== undefined) return { set: entry.set, running: runningOf(world) }
  const { environment } = session.input.request
  throw new SignalboxError("USAGE", {
    what: `nothing that Signalbox deployed runs in ${environment.name}`,
    next: "deploy a release first",
  })
}
