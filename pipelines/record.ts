import type { Directory } from "@dagger.io/dagger"
import { failed, type Outcome, type Session } from "../src/call/index.ts"
import { ExitCode, oneLine, parseDigest, SignalboxError, tagOf, type Version } from "../src/domain/index.ts"
import {
  type Check,
  type Files,
  parseRecord,
  readPublicKey,
  releaseDigests,
  verifyRecord,
} from "../src/evidence/index.ts"
import { findRelease } from "./bundle.ts"
import { bytesOf } from "./bytes.ts"

/** The record of a release with the files that are stored beside it. */
export async function recordFiles(session: Session, version: string): Promise<Directory> {
  return (await findRelease(session, version)).files
}

/** What an exported release is held against. */
export interface VerifyRequest {
  /** Digest that the release must have, as `publish` prints it, or its record's own. Default: any. */
  readonly digest?: string | undefined
  /** PEM of a public key that must have signed it. Default: the signature is not checked, and the output says so. */
  readonly publicKey?: string | undefined
}

/**
 * Checks an exported release offline: digests, signature, reports, verdicts, dates, waivers. Says first which release it is,
 * by the digests that `publish` and plans print. Ends with 16 when anything is wrong.
 * @throws USAGE for an invalid digest, CONFIG_INVALID for a key that is none: what the caller asked for is never skipped.
 */
export async function verifyRelease(
  session: Session,
  record: Directory,
  { digest, publicKey }: VerifyRequest,
): Promise<Outcome> {
  const claimed = digest === undefined ? undefined : parseDigest(digest)
  const keys = publicKey === undefined ? [] : [readPublicKey({ name: "--public-key", publicKey })]
  const files = await bytesOf(record)
  const checks = verifyRecord(files, { digest: claimed, date: session.now.toISOString(), keys })
  // What a record says is one line, whatever is in it: none of it looks like a line of ours.
  const lines = [...identity(files), "", ...checks.map(checkLine)].map((line) => `${oneLine(line)}\n`)
  const stdout = lines.join("")
  const wrong = checks.filter((check) => !check.ok).length
  if (wrong === 0) return { exitCode: ExitCode.pass, stdout }
  return failed(
    new SignalboxError("EVIDENCE_MISSING", { what: `${wrong} of ${checks.length} checks failed` }),
    stdout,
  )
}

/** Which release it is: who compares it with `publish`, a plan or a ledger finds the digest that they print. */
function identity(files: Files): readonly string[] {
  const record = parseRecord(new TextDecoder().decode(files.get("record.json")))
  const { project, version, source } = record
  const { record: own, artifact } = releaseDigests(record, files)
  return [
    `release: ${project} ${version}`,
    `commit:  ${source.commit}${source.tag === undefined ? "" : ` (tag ${source.tag})`}`,
    `stored:  ${project}/releases:${tagOf(version as Version)}@${artifact} (as publish prints it)`,
    `record:  ${own} (as plans, ledgers and holds name it)`,
  ]
}

function checkLine({ ok, unchecked, name, detail, rule }: Check): string {
  const mark = unchecked ? "--  " : ok ? "ok  " : "FAIL"
  const broken = ok || rule === undefined ? "" : ` (rule ${rule})`
  return `${mark} ${name}: ${unchecked ? "not checked, " : ""}${detail}${broken}`
}
