import type { Session } from "../src/call/index.ts"
import { type BaseFindings, type BaselineIdentity, type GateReportData } from "../src/domain/index.ts"
import { whyFailed } from "../src/toolbox/index.ts"
import { orAssumed } from "./assumed.ts"
import { revisionNamed, type Since } from "./changed-paths.ts"
import { renamedPaths } from "./renamed-paths.ts"
import { releaseTree } from "./source.ts"

/** A base revision with what the gates have found in its tree. */
export interface Baseline {
  readonly identity: BaselineIdentity
  of(gate: string): BaseFindings
}

/**
 * What the gates find in the tree of a base revision. That tree is known to the engine by its content, as the source is:
 * where nothing has changed between them, no tool runs again. Whatever keeps it from being judged lets everything count as
 * new, and the report says why.
 * @param judged judges the tree of a call: without waivers, because what is waived is there, too.
 * @throws USAGE, SHALLOW_CLONE, HISTORY_INCOMPLETE, TOOL_FAILED for a revision that the clone does not have
 */
export async function baselineSince(
  session: Session,
  ref: string,
  judged: (base: Session) => Promise<GateReportData>,
): Promise<Baseline> {
  const since = await revisionNamed(session, ref, "--since")
  const renamed = await renamedPaths(session, since)
  try {
    return asBaseline(since, renamed, await judged(await sessionOf(session, since)))
  } catch (error) {
    const unjudged = whyFailed(error)
    const nothing = { findings: [], unjudged, renamed }
    return { identity: { ...since, unjudged }, of: () => nothing }
  }
}

async function sessionOf(session: Session, { commit }: Since): Promise<Session> {
  return orAssumed(session.withBaseline(await releaseTree(session, commit), commit))
}

/** From the report about the base to what the report about the tree is compared with. */
export function asBaseline(
  since: Since,
  renamed: BaseFindings["renamed"],
  { gates }: GateReportData,
): Baseline {
  return {
    identity: since,
    of(name) {
      const found = gates.find(({ gate }) => gate === name)
      if (found === undefined) return { findings: [], unjudged: "it was not run there", renamed }
      // One that had nothing to judge has found nothing; one that could not judge may have missed something.
      const { findings, errors = [] } = found
      return { findings, renamed, ...(errors.length === 0 ? {} : { unjudged: errors.join("; ") }) }
    },
  }
}
