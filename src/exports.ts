/** What the package gives to TypeScript code: the pure core, and the names of the gates. */
export * from "./domain/index.ts"
export { type GateName, gateNames, isGateName } from "./gates/catalogue.ts"
