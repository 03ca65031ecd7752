import type { Directory } from "@dagger.io/dagger"
import { type ClusterAccess, type ProgramRun, readJsonIfThere, type Session } from "../src/call/index.ts"
import { journalShape, keptReport, ledgerShape } from "../src/deploy/report.ts"
import { eventsFile, type Journal, SignalboxError } from "../src/domain/index.ts"
import { driveOrEnd, operationKey } from "./driver.ts"
import { evidenceKeys, type FoundEvidence, getEvidence } from "./evidence.ts"

/** What one operation did and learned, also a failed one. */
export interface OperationEvidence {
  readonly operation: string
  readonly planHash: string
  readonly files: Directory
}

/**
 * The last operation of an environment, or a named one. The store has what calls have learned, tests by hand among
 * them; the environment has the journal of one that was killed before it could keep anything.
 */
export async function operation(
  session: Session,
  name: string,
  access: ClusterAccess,
  id?: string,
): Promise<OperationEvidence> {
  if (id !== undefined) return named(session, name, access, id)
  const [run, [newest]] = await Promise.all([readState(session, name, access), keptOperations(session, name)])
  const journal = await readJsonIfThere(run.out, "journal.json", journalShape)
  if (journal !== undefined && (newest === undefined || journal.operation > newest))
    return fromJournal(journal, run.out)
  const kept = newest === undefined ? undefined : await keptEvidence(session, name, newest)
  if (newest !== undefined && kept !== undefined) return evidenceOf(newest, kept)
  throw new SignalboxError("USAGE", {
    what: `nothing was ever done in ${name}`,
    next: `deploy first: dagger call deploy --environment ${name} --release VERSION`,
  })
}

/** Ids of the calls whose evidence is kept, newest first: an id begins with the time of its call. */
export async function keptOperations(session: Session, name: string): Promise<readonly string[]> {
  const prefix = operationKey(name, "")
  const ids = (await evidenceKeys(session, "operations", prefix)).map((key) => key.slice(prefix.length))
  // Another environment's name may begin with this one's.
  return ids.filter((id) => /^\d{14}-[0-9a-f]{8}$/.test(id)).toSorted((a, b) => (a < b ? 1 : -1))
}

export function keptEvidence(
  session: Session,
  name: string,
  call: string,
): Promise<FoundEvidence | undefined> {
  return getEvidence(session, "operations", operationKey(name, call))
}

/** The evidence of a call; of an operation that another call finished, the evidence of that one. */
async function named(
  session: Session,
  name: string,
  access: ClusterAccess,
  id: string,
): Promise<OperationEvidence> {
  const kept = (await keptEvidence(session, name, id)) ?? (await finishedByAnother(session, name, access, id))
  if (kept !== undefined) return evidenceOf(id, kept)
  throw new SignalboxError("USAGE", {
    what: `there is no operation ${id} in ${name}`,
    next: `list them: dagger call history --environment ${name}`,
  })
}

/** The ledger names the evidence of whoever wrote the entry. */
async function finishedByAnother(
  session: Session,
  name: string,
  access: ClusterAccess,
  id: string,
): Promise<FoundEvidence | undefined> {
  if (access.kubeconfig === undefined) return undefined
  const { out } = await readState(session, name, access)
  const ledger = await readJsonIfThere(out, "ledger.json", ledgerShape)
  const reference = ledger?.entries.findLast((entry) => entry.operation === id)?.evidence
  const key = reference?.slice(reference.lastIndexOf(":") + 1)
  return key === undefined ? undefined : getEvidence(session, "operations", key)
}

async function evidenceOf(operation: string, { files }: FoundEvidence): Promise<OperationEvidence> {
  const report = await readJsonIfThere(files, "operation.json", keptReport)
  return { operation, planHash: report?.planHash ?? "", files }
}

/** The driver's own report is about this look at the environment, not about what was killed there. */
async function fromJournal(journal: Journal, out: Directory): Promise<OperationEvidence> {
  const { reportOfJournal } = await import("../src/report/index.ts")
  const report = `${JSON.stringify(reportOfJournal(journal), null, 2)}\n`
  const files = out.withoutFiles(["summary.txt", eventsFile]).withNewFile("operation.json", report)
  return { operation: journal.operation, planHash: journal.planHash, files }
}

/** Journal and ledger as they are. @throws Ended when the cluster cannot be asked. */
async function readState(session: Session, name: string, access: ClusterAccess): Promise<ProgramRun> {
  return driveOrEnd(session, "operation", await session.environment(name), access, {})
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
