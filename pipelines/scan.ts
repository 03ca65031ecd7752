import { dag } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import type { EnvironmentConfig } from "../src/config/index.ts"
import {
  canonicalJson,
  type GateResult,
  isScanOf,
  parseVersion,
  type ReleaseRecord,
  type ScanStatement,
  SignalboxError,
  securityScoreName,
  tagOf,
  toJson,
  withScan,
} from "../src/domain/index.ts"
import {
  agedGates,
  type Envelope,
  gatesToJudge,
  isJudged,
  isUnderItsKey,
  laterScanStatement,
  newestScanKey,
  parseScan,
  readEnvelope,
  scanKey,
  scanStatement,
  scanStatementFile,
  storedGate,
  unsignedEnvelope,
} from "../src/evidence/index.ts"
import type { Trust } from "../src/toolbox/index.ts"
import { buildImages } from "./build.ts"
import type { Release } from "./bundle.ts"
import { bytesOf } from "./bytes.ts"
import { evidenceKeys, getEvidence, putEvidence } from "./evidence.ts"
import { type GateRun, judge } from "./gates.ts"
import { releaseTree } from "./source.ts"

/** A later judgement as it is stored: what it says, and the envelope that may be signed. */
export interface StoredScan {
  readonly scan: ScanStatement
  readonly envelope: Envelope | null
}

/**
 * The newest statement about a release, where its own databases are too old for these environments; null where they are
 * not, or nothing was judged since. @throws STATE_DAMAGED for a statement about something else under its key.
 */
export async function scanFor(
  session: Session,
  record: ReleaseRecord,
  environments: readonly EnvironmentConfig[],
): Promise<StoredScan | null> {
  if (agedGates(record, environments, session.now.toISOString()).length === 0) return null
  const tag = tagOf(parseVersion(record.version))
  const key = newestScanKey(tag, await evidenceKeys(session, "scans", tag))
  const found = key === undefined ? undefined : await getEvidence(session, "scans", key)
  if (key === undefined || found === undefined) return null
  const scan = parseScan(await found.files.file("scan.json").contents(), found.reference)
  const signed = await found.files.glob(scanStatementFile)
  const envelope =
    signed.length === 0 ? null : readEnvelope(await found.files.file(scanStatementFile).contents())
  if (isScanOf(scan, record) && isUnderItsKey(key, tag, scan)) return { scan, envelope }
  throw new SignalboxError("STATE_DAMAGED", {
    what: `the scan statement stored for ${record.version} is about another release, or of another time`,
    where: found.reference,
    next: `judge the release again: dagger call publish --version ${record.version}`,
  })
}

/**
 * Judges the digests of a release again, where a database has grown too old for one of these environments: the gates that
 * use one, over the tree of its commit, with the databases of now. The statement is stored, also where it refuses.
 * @param trust Whose code it is: decides which caches its build may fill.
 * @returns the gates' results; null where there was nothing to judge again.
 * @throws POLICY_REFUSED where the commit does not build to the release's images any more.
 */
export async function judgeAgain(
  session: Session,
  release: Release,
  environments: readonly EnvironmentConfig[],
  trust: Trust,
): Promise<GateRun | null> {
  const { record } = release
  const known = await scanFor(session, record, environments)
  const date = session.now.toISOString()
  const last = known === null ? record : withScan(record, known.scan)
  if (gatesToJudge(last, environments, date).length === 0) return null
  const { isGateName } = await import("../src/gates/index.ts")
  const names = record.gates.filter(({ database }) => database !== undefined).map(({ gate }) => gate)
  const { commit } = record.source
  const released = session.withSource(await releaseTree(session, commit), commit)
  const beside = await foundBeside(release)
  const [run, images] = await Promise.all([
    judge(released, { context: "release", trust, only: names.filter(isGateName), mayWarn: true, beside }),
    buildImages(released, trust),
  ])
  if (!isJudged(run.data)) return run
  const built = Object.fromEntries(images.map(({ component, digest }) => [component, digest]))
  const statement = scanStatement(record, run.data, built, date)
  const files = dag
    .directory()
    .withNewFile("scan.json", canonicalJson(toJson(statement)))
    .withNewFile(scanStatementFile, JSON.stringify(unsignedEnvelope(laterScanStatement(record, statement))))
    .withDirectory("reports", run.reports)
  await putEvidence(session, "scans", scanKey(tagOf(parseVersion(record.version)), date, session.id), files)
  return run
}

/**
 * What all gates of a release have found, as it is stored beside its record: the security score is over all of them, also
 * where some are judged again. Undefined where the release has no score that passed.
 * @throws STATE_DAMAGED
 */
async function foundBeside({
  record,
  reference,
  files,
}: Release): Promise<readonly GateResult[] | undefined> {
  if (!record.gates.some(({ gate, verdict }) => gate === securityScoreName && verdict === "pass"))
    return undefined
  const stored = await bytesOf(files.directory("gates"))
  return record.gates.map(({ gate, reportDigest }) => {
    const raw = stored.get(`${gate}.json`)
    const found = raw === undefined ? null : storedGate(raw)
    if (found?.digest === reportDigest) return found.result
    throw new SignalboxError("STATE_DAMAGED", {
      what: `the stored report of the gate ${gate} is not the one that the record of ${record.version} names`,
      where: reference,
      next: "find out who may write to the registry, and cut a new version",
    })
  })
}
