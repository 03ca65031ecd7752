import { type ClusterAccess, readJson, readJsonIfThere, type Session } from "../src/call/index.ts"
import { ledgerShape, statusReport } from "../src/deploy/report.ts"
import { driveOrThrow } from "./driver.ts"

/** Ledger and namespace of an environment, read from its cluster now; no ledger when nothing was ever deployed there. */
export async function readLedger(session: Session, name: string, access: ClusterAccess) {
  const run = await driveOrThrow(session, "observe", await session.environment(name), access, {})
  const [ledger, { cluster }] = await Promise.all([
    readJsonIfThere(run.out, "ledger.json", ledgerShape),
    readJson(run.out, "status.json", statusReport),
  ])
  return { ledger: ledger ?? null, cluster }
}
