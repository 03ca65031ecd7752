import { type Outcome, type ProgramRun, readJsonIfThere, type Session } from "../src/call/index.ts"
import type { EnvironmentConfig } from "../src/config/index.ts"
import { ownReport } from "../src/deploy/report.ts"
import { ExitCode, SignalboxError } from "../src/domain/index.ts"
import { operationId, operationKey, toOutcome } from "./driver.ts"
import { putEvidence, registryPlace } from "./evidence.ts"
import { stateVerifications } from "./statements.ts"

/** Where this call will store its evidence: the ledger entry names it before the upload. */
export async function evidenceReference(session: Session, environment: EnvironmentConfig): Promise<string> {
  const { registry, prefix } = await registryPlace(session)
  return `${registry}/${prefix}/operations:${operationKey(environment.name, operationId(session))}`
}

/** Results of a `smoke` or `load` call, which runs without the lock. */
const testResultFiles = ["smoke.json", "k6.log"]

/**
 * Stores a run's evidence before the call reports its outcome. The key has the call's own id, so that a call which
 * finishes an earlier operation has evidence of its own. A run that neither took the lock nor ran tests changed nothing
 * and stores nothing.
 */
export async function recordEvidence(
  session: Session,
  environment: EnvironmentConfig,
  run: ProgramRun,
): Promise<Outcome> {
  const outcome = toOutcome(run)
  try {
    // Without a report the driver died early: its files do not say what it did.
    const report = await readJsonIfThere(run.out, "operation.json", ownReport)
    if (report === undefined) return outcome
    if (report.fence === null && !report.files.some((name) => testResultFiles.includes(name))) return outcome
    const statements = await stateVerifications(session, environment, run)
    const files = run.out.withDirectory("/", statements)
    await putEvidence(session, "operations", operationKey(environment.name, report.call), files)
    return outcome
  } catch (thrown) {
    return evidenceNotStored(outcome, thrown)
  }
}

/** The environment has changed all the same: missing evidence turns success into an error, and a failure stays what it is. */
function evidenceNotStored(outcome: Outcome, thrown: unknown): Outcome {
  const why = thrown instanceof SignalboxError ? thrown.message : String(thrown)
  const exitCode = outcome.exitCode === ExitCode.pass ? ExitCode.error : outcome.exitCode
  return {
    ...outcome,
    exitCode,
    stderr: `${outcome.stderr ?? ""}\nevidence of this operation could not be stored: ${why}\n`,
  }
}
