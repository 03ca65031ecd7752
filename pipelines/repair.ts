import { ExitCode, type Journal, type Ledger, type OperationReport } from "../src/domain/index.ts"
import { type DriverQuestion, drive, outcomeOf } from "./driver.ts"
import type { Outcome } from "./edge.ts"
import { finish } from "./environment.ts"
import { readError } from "./evidence.ts"
import { jsonOf, keptEvidence, keptOperations } from "./operation.ts"
import type { ClusterAccess, Session } from "./session.ts"

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
  if (seen.exitCode === ExitCode.pass)
    return { exitCode: ExitCode.pass, stdout: `there is nothing to repair\n${seen.stdout}` }
  if (readError(seen.stderr).code !== "STATE_DAMAGED") return outcomeOf(seen)
  const copies = { ...(await newestCopies(session, name)), reason: reason ?? null }
  const run = await drive(session, "repair", environment, access, { repair: copies })
  const repaired = await finish(session, environment, run)
  if (repaired.exitCode !== ExitCode.pass) return repaired
  const now = outcomeOf(await drive(session, "observe", environment, access, {}))
  return { ...now, stdout: repaired.stdout + now.stdout }
}

/** The newest ledger and journal in the evidence, and up to which fencing number their call knew of all others. */
async function newestCopies(
  session: Session,
  name: string,
): Promise<Omit<NonNullable<DriverQuestion["repair"]>, "reason">> {
  const found: { ledger: Ledger | null; journal: Journal | null; from: string | null; known: number } = {
    ...{ ledger: null, journal: null, from: null, known: 0 },
  }
  for (const call of await keptOperations(session, name)) {
    const files = (await keptEvidence(session, name, call))?.files
    if (files === undefined) continue
    const [ledger, journal, report] = await Promise.all([
      jsonOf<Ledger>(files, "ledger.json"),
      jsonOf<Journal>(files, "journal.json"),
      jsonOf<OperationReport>(files, "operation.json"),
    ])
    found.journal ??= journal ?? null
    if (ledger === undefined) continue
    return { ...found, ledger, from: call, known: Math.max(ledger.fence, report?.known ?? 0) }
  }
  return found
}
