import { hook } from "./hook/hook.ts"
import { load } from "./load.ts"
import { outOfTraffic } from "./out-of-traffic.ts"
import { record } from "./record.ts"
import { returnToVerified } from "./return.ts"
import { rollOut } from "./roll-out.ts"
import { smoke } from "./smoke.ts"
import type { Step } from "./step.ts"
import { verify } from "./verify.ts"
import { verifyRollback } from "./verify-rollback.ts"

/**
 * All steps, in the order in which a plan lists those of one place. The one file that names them: a step with
 * heavy imports loads them inside its `run`.
 */
export const steps = {
  hook,
  rollOut,
  smoke,
  load,
  verify,
  returnToVerified,
  outOfTraffic,
  verifyRollback,
  record,
} as const satisfies Readonly<Record<string, Step>>

export const stepCatalogue: readonly Step[] = Object.values(steps)
