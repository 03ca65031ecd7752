export { makeRecord, mayReachProduction, type RecordParts } from "./record.ts"
export type { StoreSettings } from "./store/main.ts"
export type { EvidenceKind, EvidenceStore, Files, Stored } from "./store/store.ts"
export { type Check, parseRecord, verifyRecord } from "./verify-record.ts"
