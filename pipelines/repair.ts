import { type ClusterAccess, type Outcome, readJsonIfThere, type Session } from "../src/call/index.ts"
import { journalCopy, ledgerShape, storedReport } from "../src/deploy/report.ts"
import { ExitCode } from "../src/domain/index.ts"
import { drive, toOutcome } from "./driver.ts"
import { type NewestState, newestState, type StateCopy } from "./newest-copy.ts"
import { storedEvidence, storedOperationIds } from "./operation.ts"
import { recordEvidence } from "./operation-evidence.ts"

/**
 * Rebuilds a lost or damaged ledger or journal from the evidence of earlier calls, then prints the status. An intact one
 * is left alone.
 * @param reason why operations without stored evidence have set no hold that must stay.
 */
export async function repair(
  session: Session,
  name: string,
  access: ClusterAccess,
  reason?: string,
): Promise<Outcome> {
  const environment = await session.environment(name)
  const observation = await drive(session, "observe", environment, access, {})
  if (observation.error === null)
    return { exitCode: ExitCode.pass, stdout: `there is nothing to repair\n${observation.stdout}` }
  if (observation.error.code !== "STATE_DAMAGED") return toOutcome(observation)
  const copies = { ...(await newestCopies(session, name)), reason: reason ?? null }
  const run = await drive(session, "repair", environment, access, { repair: copies })
  const repaired = await recordEvidence(session, environment, run)
  if (repaired.exitCode !== ExitCode.pass) return repaired
  const now = toOutcome(await drive(session, "observe", environment, access, {}))
  return { ...now, stdout: repaired.stdout + now.stdout }
}

/**
 * How many of the last calls are searched, by their start times: enough for overlapping calls and clocks that differ. If
 * the newest state is in none of them, the driver notices by the Lease's fencing number.
 */
const searchedCalls = 30

/** The newest ledger and journal in the stored evidence, and up to which fencing number they are complete. */
async function newestCopies(session: Session, name: string): Promise<NewestState> {
  const copies: StateCopy[] = []
  for (const call of (await storedOperationIds(session, name)).slice(0, searchedCalls)) {
    const files = (await storedEvidence(session, name, call))?.files
    if (files === undefined) continue
    const describe = (file: string) => `${file} of the evidence of ${call}`
    const [ledger, journal, report] = await Promise.all([
      readJsonIfThere(files, "ledger.json", ledgerShape, describe("ledger.json")),
      readJsonIfThere(files, "journal.json", journalCopy, describe("journal.json")),
      readJsonIfThere(files, "operation.json", storedReport, describe("operation.json")),
    ])
    copies.push({ call, ledger, journal, known: report?.known })
  }
  return newestState(copies)
}
