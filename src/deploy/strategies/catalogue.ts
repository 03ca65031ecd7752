import { rolling } from "./rolling.ts"
import type { Strategy } from "./strategy.ts"

/** All strategies; the first is that of an environment that names none. The one file that names them. */
export const strategyCatalogue: readonly [Strategy, ...Strategy[]] = [rolling]
