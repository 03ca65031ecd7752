import { stepCatalogue } from "./deploy/steps/catalogue.ts"

/** What the package gives to TypeScript code: the pure core, and the names of the gates. */
export * from "./domain/index.ts"
export { type GateName, gateNames, isGateName } from "./gates/catalogue.ts"

/** @deprecated Ids of all steps. A plan lists those of its own operation. */
export const stepIds: readonly string[] = stepCatalogue.map(({ id }) => id)
