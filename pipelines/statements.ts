import { type Directory, dag } from "@dagger.io/dagger"
import { type ProgramRun, readJsonIfThere, type Session } from "../src/call/index.ts"
import type { EnvironmentConfig } from "../src/config/index.ts"
import { recordedReport } from "../src/deploy/report.ts"
import { type Digest, type LedgerEntry, SignalboxError } from "../src/domain/index.ts"
import {
  type Envelope,
  readEnvelope,
  readPublicKey,
  releaseStatementFile,
  signatureRefusal,
  unsignedEnvelope,
  verificationClaim,
  verificationStatement,
} from "../src/evidence/index.ts"
import type { Release } from "./bundle.ts"
import { allEvidence, putEvidence, registryPlace } from "./evidence.ts"

/** The signed statement of a release's record; null where the release has none, as those of earlier versions. */
export async function recordStatement(files: Directory): Promise<Envelope | null> {
  const found = await files.glob(releaseStatementFile)
  if (found.length === 0) return null
  return readEnvelope(await files.file(releaseStatementFile).contents())
}

/**
 * A call that signs goes on with no record that none of the policy's keys has signed: whoever may write to the registry
 * could have put it under the version before. Returns the release.
 * @throws EVIDENCE_MISSING
 */
export async function signedBefore(session: Session, release: Release): Promise<Release> {
  if (session.inputs.signing !== undefined) await assertRecordSigned(session, release, release.reference)
  return release
}

/** @throws EVIDENCE_MISSING where the policy lists keys, and none of them has signed the record */
export async function assertRecordSigned(session: Session, release: Release, where: string): Promise<void> {
  const { signingKeys } = await session.config()
  if (signingKeys.length === 0) return
  const statement = await recordStatement(release.files)
  const refusal = signatureRefusal(release.record, statement, signingKeys.map(readPublicKey), where)
  if (refusal !== null) throw refusal
}

/** Key of the statement about an operation: those about one release in one environment begin equally. */
function statementKey(environment: string, record: Digest, operation = ""): string {
  return `${environment}-${record.slice("sha256:".length, "sha256:".length + 16)}-${operation}`
}

/** Every statement about a release in an environment, as it is stored. */
export async function verificationStatements(
  session: Session,
  environment: string,
  record: Digest,
): Promise<readonly Envelope[]> {
  const { files } = await allEvidence(session, "verifications", statementKey(environment, record))
  const paths = await files.glob("*/statements/*.json")
  return Promise.all(paths.map(async (path) => readableEnvelope(await files.file(path).contents())))
}

/** Whoever may write to the registry could stop every promotion by a file that is none: it counts as an unsigned one. */
function readableEnvelope(text: string): Envelope {
  try {
    return readEnvelope(text) ?? unsignedEnvelope("")
  } catch (thrown) {
    if (!(thrown instanceof SignalboxError)) throw thrown
    return unsignedEnvelope("")
  }
}

/**
 * What a call says about the environment: for each line that it has added to the ledger itself a statement, signed and stored
 * where the call has a signing key. What others have written there meanwhile is not its word, whatever operation it names.
 * Returns them all as files of the operation's evidence.
 */
export async function stateVerifications(
  session: Session,
  environment: EnvironmentConfig,
  run: ProgramRun,
): Promise<Directory> {
  const recorded = await readJsonIfThere(run.out, "recorded.json", recordedReport)
  let all = dag.directory()
  if (recorded === undefined) return all
  for (const entry of recorded.entries) {
    const files = dag
      .directory()
      .withNewFile(
        `statements/verification-${entry.sequence}.json`,
        JSON.stringify(unsignedEnvelope(await statementOf(session, environment, entry, recorded.cluster))),
      )
    const key = statementKey(environment.name, entry.set.record, `${entry.operation}-${entry.sequence}`)
    const stored =
      session.inputs.signing === undefined
        ? files
        : (await putEvidence(session, "verifications", key, files)).files
    all = all.withDirectory("/", stored)
  }
  return all
}

async function statementOf(
  session: Session,
  environment: EnvironmentConfig,
  entry: LedgerEntry,
  cluster: string,
): Promise<string> {
  const { registry, prefix } = await registryPlace(session)
  const claim = verificationClaim(entry, {
    ...{ environment: environment.name, cluster, approved: environment.protected },
    verificationTtlMs: environment.verificationTtl.ms,
  })
  const components = Object.keys(entry.set.images)
  return verificationStatement(
    claim,
    Object.fromEntries(components.map((component) => [component, `${registry}/${prefix}/${component}`])),
  )
}
