export * from "./journal.ts"
export * from "./ledger.ts"
export { StateStore, type Versioned } from "./store.ts"
export { sizeOf, stateLimit, trim } from "./trim.ts"
