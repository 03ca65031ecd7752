import { gzipSync } from "node:zlib"
import { compareFindings, type Finding, type GateResult } from "../../domain/index.ts"
import { inOrder, mostImportantFirst } from "./order.ts"

/**
 * Limits of GitHub code scanning (docs.github.com, "SARIF results exceed one or more limits"): an upload beyond one of them is
 * rejected whole, so that nobody would see anything of it.
 */
export const limits = {
  runs: 20,
  resultsPerRun: 25_000,
  extensionsPerRun: 100,
  /** Compressed by gzip. */
  bytes: 10 * 1024 * 1024,
} as const

/** What of a report is in the SARIF file: the gates in the order of the report, each with its findings, the gravest first. */
export interface SarifPart {
  readonly runs: readonly {
    readonly gate: GateResult
    readonly shown: readonly Finding[]
    readonly omitted: number
  }[]
  /** Gates that have no run, because there are too many. */
  readonly without: readonly string[]
}

/** @param results of all runs together, the gravest first. Default: as many as there are. */
export function partOf(gates: readonly GateResult[], results = Number.POSITIVE_INFINITY): SarifPart {
  const judged = gates.filter((gate) => gate.verdict !== "skipped")
  const kept = new Set(mostImportantFirst(judged).slice(0, limits.runs))
  const runs = judged
    .filter((gate) => kept.has(gate))
    .map((gate) => {
      const all = inOrder(gate)
      return { gate, all, shown: all.slice(0, limits.resultsPerRun) }
    })
  const sum = runs.reduce((all, { shown }) => all + shown.length, 0)
  const gravest =
    sum <= results
      ? undefined
      : new Set(
          runs
            .flatMap(({ shown }) => shown)
            .sort(compareFindings)
            .slice(0, results),
        )
  return {
    without: judged.filter((gate) => !kept.has(gate)).map(({ gate }) => gate),
    runs: runs.map(({ gate, all, shown }) => {
      const left = gravest === undefined ? shown : shown.filter((finding) => gravest.has(finding))
      return { gate, shown: left, omitted: all.length - left.length }
    }),
  }
}

/** The largest part of a report whose text is small enough. */
export function fitting(
  gates: readonly GateResult[],
  textOf: (part: SarifPart) => string,
  bytes: number = limits.bytes,
): string {
  let part = partOf(gates)
  let text = textOf(part)
  for (let size = compressed(text, bytes); size > bytes; size = compressed(text, bytes)) {
    const results = part.runs.reduce((all, { shown }) => all + shown.length, 0)
    if (results === 0) return text
    // A tenth less than what would just fit: runs and rules take their place, too.
    part = partOf(gates, Math.floor((results * bytes * 0.9) / size))
    text = textOf(part)
  }
  return text
}

/** What is small as it is need not be compressed to know that it fits. */
function compressed(text: string, bytes: number): number {
  const plain = Buffer.byteLength(text)
  return plain <= bytes ? plain : gzipSync(text).length
}
