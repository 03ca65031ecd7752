import { random } from "./random.ts"

/** The items in an order that the seed alone decides (Fisher and Yates). */
export function shuffle<T>(items: readonly T[], seed: number): T[] {
  const shuffled = [...items]
  const next = random(seed)
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1))
    const item = shuffled[last] as T
    shuffled[last] = shuffled[other] as T
    shuffled[other] = item
  }
  return shuffled
}
