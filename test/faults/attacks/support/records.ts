/** Records, statements and ledgers as CI writes them, and as an attacker would like them to be. */
import { append, emptyLedger, type StoredLedger } from "../../../../src/deploy/state/index.ts"
import {
  canonicalJson,
  type LedgerEntry,
  type ReleaseDigests,
  type ReleaseRecord,
  recordDigest,
  sha256,
  toJson,
} from "../../../../src/domain/index.ts"
import {
  type Envelope,
  type Files,
  releaseStatement,
  releaseStatementFile,
  unsignedEnvelope,
  verificationClaim,
  verificationStatement,
} from "../../../../src/evidence/index.ts"
import type { KeyPair } from "../../../../src/evidence/signing/key-pair.ts"
import { readSigningKey } from "../../../../src/evidence/signing/private-key.ts"
import { signed } from "../../../../src/evidence/signing/sign.ts"

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export function recordIn(files: Files): ReleaseRecord {
  return JSON.parse(new TextDecoder().decode(files.get("record.json"))) as ReleaseRecord
}

export async function envelopeOf(payload: string, by?: KeyPair): Promise<Envelope> {
  const envelope = unsignedEnvelope(payload)
  return by === undefined ? envelope : signed(envelope, await readSigningKey(by.privateKey, undefined))
}

/** The files of a release with another record, and its statement, signed where a key is given. */
export async function withRecord(files: Files, record: ReleaseRecord, by?: KeyPair): Promise<Files> {
  const statement = await envelopeOf(releaseStatement(record), by)
  return new Map([
    ...files,
    ["record.json", bytes(canonicalJson(toJson(record)))],
    [releaseStatementFile, bytes(JSON.stringify(statement))],
  ])
}

/** The digests under which a ledger knows a release; values and manifests are not compared between environments. */
export function setOf(record: ReleaseRecord): ReleaseDigests {
  const rendered = { values: sha256("values"), manifests: sha256("manifests") }
  const images = Object.fromEntries(record.images.map(({ component, digest }) => [component, digest]))
  return {
    ...{ version: record.version, record: recordDigest(record), images, chart: record.chart.digest },
    ...rendered,
  }
}

/** A ledger that says of a release that it was verified: whoever may write a ConfigMap may write this. */
export function verifiedLedger(
  record: ReleaseRecord,
  change: Partial<LedgerEntry> = {},
  before: StoredLedger = emptyLedger("staging"),
): StoredLedger {
  return append(before, {
    ...{ operation: "20260101000000-forged", kind: "deploy", fence: before.fence + 1, by: "kubectl edit" },
    ...{ at: new Date().toISOString(), set: setOf(record), revision: 1 },
    ...{ outcome: "verified", planHash: sha256("plan") },
    ...change,
  })
}

/** The statement of a verification: of an entry of a ledger, in an environment that is a namespace of a cluster. */
export function statementOf(
  entry: LedgerEntry,
  facts: { readonly environment?: string; readonly cluster: string; readonly ttlMs?: number },
): string {
  const { environment = "staging", cluster, ttlMs = 86_400_000 } = facts
  const claim = verificationClaim(entry, { environment, cluster, verificationTtlMs: ttlMs, approved: false })
  return verificationStatement(claim, {})
}
