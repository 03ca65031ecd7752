import type { Directory } from "@dagger.io/dagger"
import { failed, type Outcome, type Session } from "../src/call/index.ts"
import { ExitCode, parseDigest, SignalboxError } from "../src/domain/index.ts"
import { readPublicKey, verifyRecord } from "../src/evidence/index.ts"
import { findRelease } from "./bundle.ts"
import { bytesOf } from "./bytes.ts"

/** The record of a release with the files that are stored beside it. */
export async function recordFiles(session: Session, version: string): Promise<Directory> {
  return (await findRelease(session, version)).files
}

/** What an exported release is held against. */
export interface VerifyRequest {
  /** Digest that the record must have. Default: any. */
  readonly digest?: string | undefined
  /** PEM of a public key that must have signed it. Default: the signature is not checked, and the output says so. */
  readonly publicKey?: string | undefined
}

/**
 * Checks an exported release offline: digests, signature, reports, verdicts, dates, waivers. Ends with 16 when anything is
 * wrong.
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
  const lines = checks.map(
    ({ ok, unchecked, name, detail, rule }) =>
      `${unchecked ? "--  " : ok ? "ok  " : "FAIL"} ${name}: ${unchecked ? "not checked, " : ""}${detail}${ok || rule === undefined ? "" : ` (rule ${rule})`}`,
  )
  const stdout = `${lines.join("\n")}\n`
  const wrong = checks.filter((check) => !check.ok).length
  if (wrong === 0) return { exitCode: ExitCode.pass, stdout }
  return failed(
    new SignalboxError("EVIDENCE_MISSING", { what: `${wrong} of ${checks.length} checks failed` }),
    stdout,
  )
}
