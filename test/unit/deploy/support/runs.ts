/**
 * How many times as many cases as in an ordinary run a property test tries: SIGNALBOX_CASES, by default 1
 * (`npm test -- --full` sets it).
 */
export function caseFactor(): number {
  const factor = Number(process.env.SIGNALBOX_CASES ?? 1)
  if (!Number.isInteger(factor) || factor < 1)
    throw new Error("SIGNALBOX_CASES is a whole number of 1 or more")
  return factor
}

/** An ordinary run tries every fifth write at which a driver may die; SIGNALBOX_SEED says which. */
const stride = 5

/**
 * The writes before which a driver dies, one after the other and without an end: the test stops at the first at which
 * its call was through. All of them where more cases are asked for, a fifth of them otherwise.
 */
export function* killPoints(): Generator<number, never> {
  const step = caseFactor() > 1 ? 1 : stride
  const first = step === 1 ? 0 : Math.abs(Number(process.env.SIGNALBOX_SEED ?? 0)) % step
  for (let point = first; ; point += step) yield point
}
