export { type Access, openAccess } from "./access.ts"
export { serviceProxyPath } from "./service-address.ts"
