import type { Directory } from "@dagger.io/dagger"
import type { Outcome, Session } from "../src/call/index.ts"
import { ExitCode, parseDigest } from "../src/domain/index.ts"
import { verifyRecord } from "../src/evidence/index.ts"
import { findRelease } from "./bundle.ts"

/** The record of a release with the files that are stored beside it. */
export async function recordFiles(session: Session, version: string): Promise<Directory> {
  return (await findRelease(session, version)).files
}

/**
 * Checks an exported release offline: digests, reports, verdicts, waivers. Ends with 16 when anything is wrong.
 * @throws USAGE for an invalid digest: a comparison that the caller asked for is never skipped.
 */
export async function verifyRelease(
  session: Session,
  record: Directory,
  digest: string | undefined,
): Promise<Outcome> {
  const claimed = digest === undefined ? undefined : parseDigest(digest)
  const paths = (await record.glob("**/*.json")).filter(
    (path) => path === "record.json" || path.startsWith("gates/"),
  )
  const files = new Map<string, Uint8Array>()
  for (const path of paths) files.set(path, new TextEncoder().encode(await record.file(path).contents()))
  const checks = verifyRecord(files, claimed, session.now.toISOString().slice(0, 10))
  const lines = checks.map((check) => `${check.ok ? "ok  " : "FAIL"} ${check.name}: ${check.detail}`)
  const failed = checks.filter((check) => !check.ok)
  const stderr =
    failed.length === 0 ? "" : `EVIDENCE_MISSING: ${failed.length} of ${checks.length} checks failed\n`
  return {
    exitCode: failed.length === 0 ? ExitCode.pass : ExitCode.refused,
    stdout: `${lines.join("\n")}\n`,
    stderr,
  }
}
