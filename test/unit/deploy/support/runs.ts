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
