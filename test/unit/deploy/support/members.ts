import type { Members } from "../../../../src/deploy/engine/index.ts"
import { stepCatalogue } from "../../../../src/deploy/steps/catalogue.ts"
import { loadStrategies } from "../../../../src/deploy/strategies/catalogue.ts"

/** Our own steps, and the strategy of an environment that names none. */
const [strategy] = await loadStrategies()
if (strategy === undefined) throw new Error("there is no strategy")

export const members: Members = { steps: stepCatalogue, strategy }
