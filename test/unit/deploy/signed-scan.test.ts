/** A later judgement renews the evidence of a release: where keys are listed, only one that a key has signed. */
import { expect, test } from "vitest"
import { judgedLast } from "../../../src/deploy/plan/policy.ts"
import { imagesOfRecord, recordDigest, type ScanStatement, sha256 } from "../../../src/domain/index.ts"
import { newKeyPair } from "../../../src/evidence/signing/key-pair.ts"
import { readSigningKey } from "../../../src/evidence/signing/private-key.ts"
import { signed } from "../../../src/evidence/signing/sign.ts"
import {
  type Envelope,
  laterScanStatement,
  unsignedEnvelope,
} from "../../../src/evidence/statements/index.ts"
import { recordOf } from "../evidence/signing/support.ts"
import { environmentOf } from "./support/sets.ts"

const pair = newKeyPair("ed25519")
const key = await readSigningKey(pair.privateKey)
const other = await readSigningKey(newKeyPair("ed25519").privateKey)
const signingKeys = [{ name: "release", publicKey: pair.publicKey }]

const gateOf = (date: string) => ({
  gate: "vulnerabilities",
  verdict: "pass" as const,
  summary: "none known",
  tools: [],
  database: { name: "trivy-db", date },
  reportDigest: sha256(date),
})
const record = recordOf({ gates: [gateOf("2026-03-01T00:00:00Z")] })
const scan: ScanStatement = {
  schemaVersion: 1,
  record: recordDigest(record),
  images: imagesOfRecord(record),
  date: "2026-03-10T00:00:00Z",
  gates: [gateOf("2026-03-10T00:00:00Z")],
  waivers: [],
}
const text = laterScanStatement(record, scan)

function databaseDate(scanStatement: Envelope | null, isProtected = true, keys = signingKeys) {
  const environment = environmentOf({ name: "production", protected: isProtected })
  const judged = judgedLast(record, { environment, scan, scanStatement, signingKeys: keys })
  return judged.gates[0]?.database?.date
}

const [renewed, before] = ["2026-03-10T00:00:00Z", "2026-03-01T00:00:00Z"]

test.each<[string, Envelope | null, string]>([
  ["signed by a key of the policy: it counts", signed(unsignedEnvelope(text), key), renewed],
  ["not signed", unsignedEnvelope(text), before],
  ["signed by another key", signed(unsignedEnvelope(text), other), before],
  ["without a statement", null, before],
  [
    "signed for another scan",
    signed(unsignedEnvelope(laterScanStatement(record, { ...scan, date: "2026-03-09T00:00:00Z" })), key),
    before,
  ],
  [
    "signed for another release",
    signed(unsignedEnvelope(laterScanStatement(recordOf({ version: "1.5.0" }), scan)), key),
    before,
  ],
])("V11 sibling of V05: a later scan in a protected environment, %s", (_what, envelope, expected) => {
  expect(databaseDate(envelope)).toBe(expected)
})

test("V11 a later scan counts as it is where no key is listed, or the environment is not protected", () => {
  expect(databaseDate(null, true, [])).toBe(renewed)
  expect(databaseDate(null, false)).toBe(renewed)
})
