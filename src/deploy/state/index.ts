export * from "./holds.ts"
export * from "./journal.ts"
export * from "./ledger.ts"
export * from "./same.ts"
export { journalShape, ledgerShape } from "./shape.ts"
export { StateStore, type StateVersions, type Versioned } from "./store.ts"
export {
  assertJournalFits,
  assertLedgerHasRoom,
  fitJournal,
  roomOf,
  sizeOf,
  stateLimit,
  trim,
} from "./trim.ts"
