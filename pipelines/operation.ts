import type { Directory } from "@dagger.io/dagger"
import type { OperationReport } from "../src/deploy/index.ts"
import { ExitCode, SignalboxError } from "../src/domain/index.ts"
import { drive, operationKey, outcomeOf } from "./driver.ts"
import { Ended } from "./edge.ts"
import { getEvidence } from "./evidence.ts"
import type { ClusterAccess, Session } from "./session.ts"

/** What one operation did and learned, also a failed one. */
export interface OperationEvidence {
  readonly operation: string
  readonly planHash: string
  readonly files: Directory
}

/**
 * The last operation of an environment, or a named one. The environment says which was the last; the store has what it
 * learned. What was killed before it could keep anything is shown from the journal in the cluster.
 */
export async function operation(
  session: Session,
  name: string,
  access: ClusterAccess,
  id?: string,
): Promise<OperationEvidence> {
  const environment = await session.environment(name)
  if (id !== undefined) return known(session, name, id)
  const run = await drive(session, "operation", environment, access, {})
  if (run.exitCode !== ExitCode.pass) throw new Ended(outcomeOf(run))
  const journal = (await run.out.entries()).includes("journal.json")
    ? (JSON.parse(await run.out.file("journal.json").contents()) as { operation?: string; planHash?: string })
    : undefined
  if (journal?.operation === undefined)
    throw new SignalboxError("USAGE", {
      what: `nothing was ever done in ${name}`,
      next: `deploy first: dagger call deploy --environment ${name} --release VERSION`,
    })
  const kept = await getEvidence(session, "operations", operationKey(name, journal.operation))
  return { operation: journal.operation, planHash: journal.planHash ?? "", files: kept?.files ?? run.out }
}

async function known(session: Session, name: string, id: string): Promise<OperationEvidence> {
  const kept = await getEvidence(session, "operations", operationKey(name, id))
  if (kept === undefined)
    throw new SignalboxError("USAGE", {
      what: `there is no operation ${id} in ${name}`,
      next: `list them: dagger call history --environment ${name}`,
    })
  const report = JSON.parse(await kept.files.file("operation.json").contents()) as OperationReport
  return { operation: id, planHash: report.planHash ?? "", files: kept.files }
}

/** An operation's own files and, made from them, what people and CI servers read. */
export async function withReports(evidence: OperationEvidence): Promise<Directory> {
  const { operationFiles } = await import("../src/report/index.ts")
  const paths = (await evidence.files.glob("**")).filter((path) => /\.(json|txt|log)$/.test(path))
  const read = async (path: string) => [path, await evidence.files.file(path).contents()] as const
  const texts = new Map(await Promise.all(paths.map(read)))
  let files = evidence.files
  for (const [path, text] of Object.entries(operationFiles(texts))) files = files.withNewFile(path, text)
  return files
}
