export { type Answers, answers } from "./answers.ts"
export type { FetchRequest, ResolveRequest } from "./database/main.ts"
export type { ArtifactPlace } from "./database/places.ts"
export { earlierRelease } from "./earlier-release.ts"
export { storedGate } from "./gate-report.ts"
export { engineVersion, libraryVersion } from "./identity.ts"
export { assertJudged, createRecord, type RecordInput, recordedEvidence } from "./record.ts"
export { parseRecord, parseRecordOf } from "./record-schema.ts"
export { parseReference } from "./registry/reference.ts"
export type { ResolveImagesRequest } from "./resolve/main.ts"
export {
  agedGates,
  gatesToJudge,
  isJudged,
  isUnderItsKey,
  newestScanKey,
  parseScan,
  scanKey,
  scanStatement,
} from "./scan.ts"
export { newKeyPair } from "./signing/key-pair.ts"
export { passwordIn } from "./signing/password.ts"
export {
  type Envelope,
  type Invocation,
  laterScanStatement,
  provenanceStatement,
  readPublicKey,
  releaseStatement,
  signatureRefusal,
  unsignedEnvelope,
  verificationClaim,
  verificationStatement,
} from "./statements/index.ts"
export { signatureAlgorithms } from "./statements/public-key.ts"
export { provenanceFile, readEnvelope, releaseStatementFile, scanStatementFile } from "./statements/stored.ts"
export { releaseDigests } from "./store/artifact.ts"
export type { Claim } from "./store/claims.ts"
export type { StoreSettings } from "./store/main.ts"
export type { EvidenceKind, EvidenceStore, Files, Stored } from "./store/store.ts"
export { readTree } from "./store/tree.ts"
export { type Check, type Expected, verifyRecord } from "./verify-record.ts"
