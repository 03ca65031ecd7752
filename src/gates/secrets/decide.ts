import type { Judgement } from "../gate.ts"
import { type LeakReading, leakFindings } from "./read.ts"

/** Paths that the summary names; the others are in the scans' own reports. */
const mostNamed = 5

export function judgeLeaks(reading: LeakReading): Omit<Judgement, "tools"> {
  const { commits, otherCommits, unsearched, errors, reports } = reading
  const looked =
    commits === undefined
      ? "the tree without node_modules, not its history"
      : `${commits} commits and the tree`
  const notes = [
    othersNote(otherCommits, reading.others.length),
    guessesNote(reading.guesses),
    unsearchedNote(unsearched),
  ]
  return {
    findings: leakFindings(reading),
    errors,
    summary: [`no secret in ${looked}`, ...notes.filter((note) => note !== "")].join("; "),
    figures: {
      commits: commits ?? 0,
      ...(typeof otherCommits === "number" ? { otherCommits } : {}),
      unsearched: unsearched.length,
    },
    reports,
  }
}

function othersNote(commits: number | string, leaks: number): string {
  if (typeof commits === "string") return `other refs were not searched: ${commits}`
  return leaks === 0 ? "" : `${leaks} in ${commits} commits that only other refs have, which do not count`
}

function guessesNote(guesses: number): string {
  if (guesses === 0) return ""
  return `${guesses} ${guesses === 1 ? "guess" : "guesses"} by entropy in generated files, which do not count`
}

function unsearchedNote(unsearched: LeakReading["unsearched"]): string {
  if (unsearched.length === 0) return ""
  const named = unsearched.slice(0, mostNamed).map(({ file, why }) => `${file} (${why})`)
  const more = unsearched.length - named.length
  return `not searched: ${named.join(", ")}${more === 0 ? "" : ` and ${more} more`}`
}
