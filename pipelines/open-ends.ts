import type { Session } from "../src/call/index.ts"
import { openEnds } from "../src/toolbox/index.ts"

/** What of the call's toolbox is open or missing, for people. */
export async function openEndsText(session: Session): Promise<string> {
  const found = openEnds(await session.toolbox())
  if (found.length === 0)
    return "nothing is open: every image has a digest, databases and schemas are named\n"
  return found.map(({ what, cost, next }) => `${what}\n  costs: ${cost}\n  next:  ${next}\n`).join("")
}
