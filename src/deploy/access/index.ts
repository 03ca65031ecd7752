export { type Access, openAccess } from "./access.ts"
export { assertPassesAccess } from "./passes.ts"
