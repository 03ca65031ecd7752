import type { Severity } from "../../domain/index.ts"

/** The bands of CVSS 3 and 4; 0 is "none". */
const bands: readonly (readonly [number, Severity])[] = [
  [9, "critical"],
  [7, "high"],
  [4, "medium"],
  [0.1, "low"],
]

/** What advisories call a severity in words. */
const words: Readonly<Record<string, Severity>> = {
  CRITICAL: "critical",
  HIGH: "high",
  IMPORTANT: "high",
  MODERATE: "medium",
  MEDIUM: "medium",
  LOW: "low",
}

const gravity: readonly Severity[] = ["critical", "high", "medium", "low"]

/** What several advisories of one vulnerability say of it. */
export interface Rated {
  readonly ids: readonly string[]
  /** The highest score of them by CVSS, as the scanner computed it: `9.8`, or empty. */
  readonly score: string
  /** Their own words, where they have any: `MODERATE`. */
  readonly words: readonly string[]
}

/**
 * The gravest that score or words say. A package that was published to do harm is critical, though nobody rates it. A vulnerability
 * without a rating yet is not taken for harmless.
 */
export function severityOf({ ids, score, words: said }: Rated): Severity {
  if (ids.some((id) => id.startsWith("MAL-"))) return "critical"
  const number = Number.parseFloat(score)
  const byScore = bands.find(([least]) => number >= least)?.[1]
  const stated = [byScore, ...said.map((word) => words[word.toUpperCase()])]
  return gravity.find((severity) => stated.includes(severity)) ?? "medium"
}
