export { type Access, openAccess } from "./access.ts"
export { assertPassesAccess } from "./passes.ts"
export { assertServices } from "./services.ts"
