import type { Members } from "../../../../src/deploy/engine/index.ts"
import { stepCatalogue } from "../../../../src/deploy/steps/catalogue.ts"
import { strategyCatalogue } from "../../../../src/deploy/strategies/catalogue.ts"

/** Our own steps, and the strategy of an environment that names none. */
export const members: Members = { steps: stepCatalogue, strategy: strategyCatalogue[0] }
