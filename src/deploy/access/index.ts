export { type Access, openAccess } from "./access.ts"
export { assertPassesAccess } from "./passes.ts"
export { serviceProxyPath } from "./service-address.ts"
