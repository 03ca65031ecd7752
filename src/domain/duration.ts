import { SignalboxError } from "./errors.ts"

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** One or more whole numbers with a unit, largest unit first: `45s`, `5m`, `1h30m`, `7d`. */
export const durationPattern =
  /^(?=.)(?:\d{1,6}d)?(?:\d{1,6}h)?(?:\d{1,6}m(?!s))?(?:\d{1,6}s)?(?:\d{1,9}ms)?$/

/**
 * A length of time with the text that it was configured with. Reports and JSON show that text; calculations use its
 * milliseconds.
 */
export class Duration {
  readonly ms: number
  readonly #text: string

  /** @param text for example `45s`, `5m`, `1h30m`. @throws USAGE when it is no duration. */
  constructor(text: string) {
    this.#text = text
    this.ms = durationMs(text)
  }

  toString(): string {
    return this.#text
  }

  toJSON(): string {
    return this.#text
  }
}

/** The longest time that a timer of Node takes, about 24 days: it runs out at once for a longer one. */
export const longestTimerMs = 2 ** 31 - 1

/** Milliseconds of a duration. @throws USAGE when the text is none. */
export function durationMs(text: string): number {
  if (!durationPattern.test(text)) {
    throw new SignalboxError("USAGE", {
      what: `not a duration: ${JSON.stringify(text)}`,
      next: "give whole numbers with ms, s, m, h or d, for example 45s, 5m or 1h30m",
    })
  }
  let total = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhd])/g)) {
    total += Number(count) * units[unit as keyof typeof units]
  }
  return total
}
