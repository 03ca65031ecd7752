import { type Outcome, type ProgramRun, readJsonIfThere, type Session } from "../src/call/index.ts"
import type { EnvironmentConfig } from "../src/config/index.ts"
import { ownReport } from "../src/deploy/report.ts"
import { ExitCode, SignalboxError } from "../src/domain/index.ts"
import { operationId, operationKey, outcomeOf } from "./driver.ts"
import { putEvidence, registryPlace } from "./evidence.ts"

/** Where the evidence of this call will be, for the ledger. */
export async function evidenceReference(session: Session, environment: EnvironmentConfig): Promise<string> {
  const { registry, prefix } = await registryPlace(session)
  return `${registry}/${prefix}/operations:${operationKey(environment.name, operationId(session))}`
}

/** What a test by hand leaves, which needs no lock. */
const testedFiles = ["smoke.json", "k6.log"]

/**
 * Keeps what a call learned before anybody is told how it ended, under the call's own id: one that finishes an earlier
 * operation has evidence of its own. A run that neither held the environment nor tested it has changed and learned
 * nothing, and leaves nothing behind.
 */
export async function finish(
  session: Session,
  environment: EnvironmentConfig,
  run: ProgramRun,
): Promise<Outcome> {
  const outcome = outcomeOf(run)
  try {
    // A driver that died before it could write its report has kept nothing that would say what it did.
    const report = await readJsonIfThere(run.out, "operation.json", ownReport)
    if (report === undefined) return outcome
    if (report.fence === null && !report.files.some((name) => testedFiles.includes(name))) return outcome
    await putEvidence(session, "operations", operationKey(environment.name, report.call), run.out)
    return outcome
  } catch (thrown) {
    return withLostEvidence(outcome, thrown)
  }
}

/** The environment is as it is; that its evidence could not be kept is told, and never turns a failure into success. */
function withLostEvidence(outcome: Outcome, thrown: unknown): Outcome {
  const why = thrown instanceof SignalboxError ? thrown.message : String(thrown)
  const exitCode = outcome.exitCode === ExitCode.pass ? ExitCode.error : outcome.exitCode
  return {
    ...outcome,
    exitCode,
    stderr: `${outcome.stderr ?? ""}\nevidence of this operation could not be kept: ${why}\n`,
  }
}
