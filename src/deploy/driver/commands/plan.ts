import { planHash } from "../../../domain/index.ts"
import { ensureNamespace } from "../locked.ts"
import { observe } from "../observation.ts"
import { assertPolicyAnchor } from "../policy-anchor.ts"
import { type CommandResult, done } from "../result.ts"
import type { DriverSession } from "../session.ts"
import { checkPolicy, makePlan, prepare, tellOverride, writePlan } from "./preparation.ts"

/** Says what a deployment would do, and the hash to approve. Changes nothing. */
export async function plan(session: DriverSession): Promise<CommandResult> {
  const cluster = await ensureNamespace(session, false)
  await assertPolicyAnchor(session.api, session.input.request)
  const observed = await observe(session)
  const prepared = await prepare(session, observed.world)
  const created = makePlan(session, prepared, observed, cluster)
  await writePlan(session, created, observed.world, prepared.target)
  await checkPolicy(session, prepared, observed.world, true)
  tellOverride(session, prepared, observed.world)
  const hash = planHash(created)
  const changed = created.changes.filter((change) => change.action !== "unchanged").length
  session.recorder.say(
    `plan: ${created.kind} of ${created.target.version} to ${created.environment}: ${changed} objects change`,
  )
  for (const warning of created.warnings) session.recorder.tell({ event: "warning", text: warning })
  session.recorder.say(`plan hash: ${hash}`)
  return { ...done(), kind: created.kind, planHash: hash }
}
