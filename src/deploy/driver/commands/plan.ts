import { planHash } from "../../../domain/index.ts"
import { ensureNamespace } from "../locked.ts"
import { observe } from "../observation.ts"
import { type CommandResult, done } from "../result.ts"
import type { DriverSession } from "../session.ts"
import { checkPolicy, makePlan, prepare, writePlan } from "./preparation.ts"

/** Says what a deployment would do, and the hash to approve. Changes nothing. */
export async function plan(session: DriverSession): Promise<CommandResult> {
  const cluster = await ensureNamespace(session, false)
  const seen = await observe(session)
  const prepared = await prepare(session, seen.world)
  const made = makePlan(session, prepared, seen, cluster)
  await writePlan(session, made, seen.world, prepared.target.objects)
  await checkPolicy(session, prepared, seen.world, true)
  const hash = planHash(made)
  const changed = made.changes.filter((change) => change.action !== "unchanged").length
  session.recorder.say(
    `plan: ${made.kind} of ${made.target.version} to ${made.environment}: ${changed} objects change`,
  )
  for (const warning of made.warnings) session.recorder.tell({ event: "warning", text: warning })
  session.recorder.say(`plan hash: ${hash}`)
  return { ...done(), kind: made.kind, planHash: hash }
}
