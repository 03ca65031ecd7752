import { hostedRegistry } from "./hosting.ts"
import { assertKeptAway, assertNoLedger } from "./kept.ts"
import { isThere } from "./namespace.ts"
import type { TrialAnswer } from "./request.ts"
import type { TrialSession } from "./session.ts"

/** Whether the tree may be tried here: asked before minutes of building, and again before anything is changed. */
export async function look(session: TrialSession): Promise<TrialAnswer["look"]> {
  const { api, cluster, request, say } = session
  assertKeptAway(request, cluster)
  const unknown = await assertNoLedger(api, request.kept)
  await isThere(api, request)
  for (const line of unknown) say(`warning: ${line}`)
  return { registry: await hostedRegistry(api), unknown }
}
