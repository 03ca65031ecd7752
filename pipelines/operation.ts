import type { Directory } from "@dagger.io/dagger"
import { type ClusterAccess, type ProgramRun, readJsonIfThere, type Session } from "../src/call/index.ts"
import { journalShape, ledgerShape, storedReport } from "../src/deploy/report.ts"
import { eventsFile, type Journal, SignalboxError } from "../src/domain/index.ts"
import { driveOrThrow, operationKey } from "./driver.ts"
import { evidenceKeys, getEvidence, type StoredEvidence } from "./evidence.ts"

/** The evidence of one operation, also of a failed one. */
export interface OperationFiles {
  readonly operation: string
  readonly planHash: string
  readonly files: Directory
}

/**
 * The last operation of an environment, or the one with an id. Calls store their evidence in the registry, `smoke` and
 * `load` calls included; an operation that was killed before it could do so left its journal in the environment.
 */
export async function operation(
  session: Session,
  name: string,
  access: ClusterAccess,
  id?: string,
): Promise<OperationFiles> {
  if (id !== undefined) return findOperation(session, name, access, id)
  const [run, [newest]] = await Promise.all([
    readState(session, name, access),
    storedOperationIds(session, name),
  ])
  const journal = await readJsonIfThere(run.out, "journal.json", journalShape)
  if (journal !== undefined && (newest === undefined || journal.operation > newest))
    return filesFromJournal(journal, run.out)
  const evidence = newest === undefined ? undefined : await storedEvidence(session, name, newest)
  if (newest !== undefined && evidence !== undefined) return toOperationFiles(newest, evidence)
  throw new SignalboxError("USAGE", {
    what: `${name} has had no operation yet`,
    next: `deploy first: dagger call deploy --environment ${name} --release VERSION`,
  })
}

/** Ids of the calls whose evidence the registry has, newest first: an id begins with the time of its call. */
export async function storedOperationIds(session: Session, name: string): Promise<readonly string[]> {
  const prefix = operationKey(name, "")
  const ids = (await evidenceKeys(session, "operations", prefix)).map((key) => key.slice(prefix.length))
  // The prefix also matches longer names: `qa` that of `qa-eu`.
  return ids.filter((id) => /^\d{14}-[0-9a-f]{8}$/.test(id)).toSorted((a, b) => (a < b ? 1 : -1))
}

export function storedEvidence(
  session: Session,
  name: string,
  call: string,
): Promise<StoredEvidence | undefined> {
  return getEvidence(session, "operations", operationKey(name, call))
}

/** The evidence of a call, or of the later call that finished its operation. */
async function findOperation(
  session: Session,
  name: string,
  access: ClusterAccess,
  id: string,
): Promise<OperationFiles> {
  const evidence =
    (await storedEvidence(session, name, id)) ?? (await finishedByAnother(session, name, access, id))
  if (evidence !== undefined) return toOperationFiles(id, evidence)
  throw new SignalboxError("USAGE", {
    what: `there is no operation ${id} in ${name}`,
    next: `list them: dagger call history --environment ${name}`,
  })
}

/** The ledger's entry names the evidence of the call that finished the operation. */
async function finishedByAnother(
  session: Session,
  name: string,
  access: ClusterAccess,
  id: string,
): Promise<StoredEvidence | undefined> {
  if (access.kubeconfig === undefined) return undefined
  const { out } = await readState(session, name, access)
  const ledger = await readJsonIfThere(out, "ledger.json", ledgerShape)
  const reference = ledger?.entries.findLast((entry) => entry.operation === id)?.evidence
  const key = reference?.slice(reference.lastIndexOf(":") + 1)
  return key === undefined ? undefined : getEvidence(session, "operations", key)
}

async function toOperationFiles(operation: string, { files }: StoredEvidence): Promise<OperationFiles> {
  const report = await readJsonIfThere(files, "operation.json", storedReport)
  return { operation, planHash: report?.planHash ?? "", files }
}

/** The files of a killed operation. The driver's own report is left out: it is about reading the journal, not about the operation. */
async function filesFromJournal(journal: Journal, out: Directory): Promise<OperationFiles> {
  const { reportOfJournal } = await import("../src/report/index.ts")
  const report = `${JSON.stringify(reportOfJournal(journal), null, 2)}\n`
  const files = out.withoutFiles(["summary.txt", eventsFile]).withNewFile("operation.json", report)
  return { operation: journal.operation, planHash: journal.planHash, files }
}

/** Journal and ledger as the cluster has them now. @throws CallEnded when the cluster cannot be read. */
async function readState(session: Session, name: string, access: ClusterAccess): Promise<ProgramRun> {
  return driveOrThrow(session, "operation", await session.environment(name), access, {})
}

/** An operation's files, and the reports rendered from them: Markdown, HTML and JUnit. */
export async function withReports(evidence: OperationFiles): Promise<Directory> {
  const { operationFiles } = await import("../src/report/index.ts")
  const paths = (await evidence.files.glob("**")).filter((path) => /\.(json|txt|log)$/.test(path))
  const read = async (path: string) => [path, await evidence.files.file(path).contents()] as const
  const texts = new Map(await Promise.all(paths.map(read)))
  let files = evidence.files
  for (const [path, text] of Object.entries(operationFiles(texts))) files = files.withNewFile(path, text)
  return files
}
