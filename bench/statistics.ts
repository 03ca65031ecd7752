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

/** Something that was measured at a size. */
export interface Sized {
  readonly size: number
  readonly value: number
}

/**
 * By which power of the size a value grows: 0 is not at all, 1 is in proportion, 2 is four times as much for twice the size.
 * The slope of the line through the logarithms that fits best (least squares).
 * @throws Error where fewer than two sizes were measured, or one of the values is no positive number
 */
export function growthExponent(points: readonly Sized[]): number {
  if (new Set(points.map(({ size }) => size)).size < 2) throw new Error("growth needs two sizes")
  if (!points.every(({ size, value }) => size > 0 && value > 0))
    throw new Error("growth needs positive numbers")
  const logs = points.map(({ size, value }) => ({ x: Math.log(size), y: Math.log(value) }))
  const mean = (pick: (point: { x: number; y: number }) => number) =>
    logs.reduce((sum, point) => sum + pick(point), 0) / logs.length
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)]
  const over = logs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0)
  const under = logs.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0)
  return rounded(over / under)
}

/** Three decimals: milliseconds, and tenths of a percent. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000
