import { z } from "zod"
import { type EarlierGate, type EarlierRelease, type Severity, severities } from "../domain/index.ts"
import { verdicts } from "../domain/verdict.ts"
import { storedGate } from "./gate-report.ts"
import { parseRecord } from "./record-schema.ts"
import type { Files } from "./store/store.ts"

const stored = z.looseObject({
  gate: z.string(),
  verdict: z.enum(verdicts),
  findings: z.array(z.looseObject({ severity: z.enum(severities) })),
  figures: z.record(z.string(), z.number()),
})

/**
 * What the files of a release say of its gates, for the trend of later reports. A gate's report that is not the one whose digest the record has
 * counts for nothing.
 * @throws STATE_DAMAGED for files without a release record
 */
export function earlierRelease(files: Files): EarlierRelease & { readonly project: string } {
  const text = new TextDecoder().decode(files.get("record.json") ?? new Uint8Array())
  const { project, version, created, gates } = parseRecord(text)
  const read = gates.map(({ gate, reportDigest }) => {
    const raw = files.get(`gates/${gate}.json`)
    const found = raw === undefined ? null : storedGate(raw)
    const result = found?.digest === reportDigest ? stored.safeParse(found.result) : undefined
    return { gate, result: result?.success === true && result.data.gate === gate ? result.data : undefined }
  })
  return {
    ...{ project, version, date: created.slice(0, 10) },
    gates: read.flatMap(({ gate, result }): EarlierGate[] =>
      result === undefined
        ? []
        : [{ gate, verdict: result.verdict, findings: counts(result.findings), figures: result.figures }],
    ),
    unread: read.flatMap(({ gate, result }) => (result === undefined ? [gate] : [])),
  }
}

function counts(findings: readonly { readonly severity: Severity }[]): EarlierGate["findings"] {
  const found = severities.map(
    (severity) => [severity, findings.filter((one) => one.severity === severity).length] as const,
  )
  return Object.fromEntries(found.filter(([, count]) => count > 0))
}
