import { type ClusterAccess, type Outcome, readJsonIfThere, type Session } from "../src/call/index.ts"
import { journalCopy, keptReport, ledgerShape } from "../src/deploy/report.ts"
import { ExitCode } from "../src/domain/index.ts"
import { drive, outcomeOf } from "./driver.ts"
import { finish } from "./keep.ts"
import { type NewestState, newestState, type StateCopy } from "./newest-copy.ts"
import { keptEvidence, keptOperations } from "./operation.ts"

/**
 * Rebuilds a ledger or journal that is lost or damaged from what calls have kept, then says what runs. One that is
 * whole is left alone.
 * @param reason why operations that left no evidence have held nothing that must stay held.
 */
export async function repair(
  session: Session,
  name: string,
  access: ClusterAccess,
  reason?: string,
): Promise<Outcome> {
  const environment = await session.environment(name)
  const seen = await drive(session, "observe", environment, access, {})
  if (seen.error === null)
    return { exitCode: ExitCode.pass, stdout: `there is nothing to repair\n${seen.stdout}` }
  if (seen.error?.code !== "STATE_DAMAGED") return outcomeOf(seen)
  const copies = { ...(await newestCopies(session, name)), reason: reason ?? null }
  const run = await drive(session, "repair", environment, access, { repair: copies })
  const repaired = await finish(session, environment, run)
  if (repaired.exitCode !== ExitCode.pass) return repaired
  const now = outcomeOf(await drive(session, "observe", environment, access, {}))
  return { ...now, stdout: repaired.stdout + now.stdout }
}

/**
 * So many of the last calls are looked at, by the time at which they began: enough for calls that overlap and clocks
 * that differ. What all of them miss, the Lease's fencing number tells the driver.
 */
const callsLookedAt = 30

/** The newest ledger and journal in the evidence, and up to which fencing number their call knew of all others. */
async function newestCopies(session: Session, name: string): Promise<NewestState> {
  const copies: StateCopy[] = []
  for (const call of (await keptOperations(session, name)).slice(0, callsLookedAt)) {
    const files = (await keptEvidence(session, name, call))?.files
    if (files === undefined) continue
    const of = (file: string) => `${file} of the evidence of ${call}`
    const [ledger, journal, report] = await Promise.all([
      readJsonIfThere(files, "ledger.json", ledgerShape, of("ledger.json")),
      readJsonIfThere(files, "journal.json", journalCopy, of("journal.json")),
      readJsonIfThere(files, "operation.json", keptReport, of("operation.json")),
    ])
    copies.push({ call, ledger, journal, known: report?.known })
  }
  return newestState(copies)
}
