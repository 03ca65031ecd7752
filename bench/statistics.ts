/** Smallest, middle and largest of several measurements. */
export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** @throws Error for an empty list */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const min = sorted[0]
  const max = sorted.at(-1)
  const low = sorted[Math.floor((sorted.length - 1) / 2)]
  const high = sorted[Math.ceil((sorted.length - 1) / 2)]
  if (min === undefined || max === undefined || low === undefined || high === undefined)
    throw new Error("nothing was measured")
  return { min: rounded(min), median: rounded((low + high) / 2), max: rounded(max) }
}

/** Three decimals: milliseconds, and tenths of a percent. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000
