export { answers } from "./answers.ts"
export { engineVersion, libraryVersion } from "./identity.ts"
export { createRecord, type RecordInput, recordedEvidence } from "./record.ts"
export {
  agedGates,
  gatesToJudge,
  isJudged,
  newestScanKey,
  parseScan,
  scanKey,
  scanStatement,
} from "./scan.ts"
export type { StoreSettings } from "./store/main.ts"
export type { EvidenceKind, EvidenceStore, Files, Stored } from "./store/store.ts"
export { type Check, parseRecord, parseRecordOfVersion, verifyRecord } from "./verify-record.ts"
