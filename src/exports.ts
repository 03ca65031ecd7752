import { stepCatalogue } from "./deploy/steps/catalogue.ts"

/** What the package exports to TypeScript code: the domain, and the names of the gates. */
export * from "./domain/index.ts"
export { type GateName, gateNames, isGateName } from "./gates/catalogue.ts"

/** @deprecated Ids of all steps. Use a plan's own list: it has only those that its operation runs. */
export const stepIds: readonly string[] = stepCatalogue.map(({ id }) => id)
