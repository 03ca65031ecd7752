import {
  type Diagnosis,
  type Journal,
  type Ledger,
  type LedgerEntry,
  type OperationEvidence,
  type OperationReport,
  SignalboxError,
} from "../../domain/index.ts"
import { reportOfJournal } from "./from-journal.ts"
import {
  type LoadFile,
  loadSummary,
  type Pods,
  podOf,
  type SmokeFile,
  smokeSummary,
} from "./tests-and-pods.ts"

/**
 * Reads an operation's evidence from its files. Only the report or the journal is required; any other file that cannot be
 * read is listed in `unreadable`, so that one bad file does not hide the rest.
 */
export function readEvidence(texts: ReadonlyMap<string, string>): OperationEvidence {
  const unreadable: string[] = []
  const optional = <T>(name: string, check: (value: Members) => boolean): T | undefined => {
    const text = texts.get(name)
    if (text === undefined) return undefined
    const value = parse(text)
    if (value !== undefined && check(value)) return value as T
    unreadable.push(name)
    return undefined
  }
  const journal = optional<Journal>("journal.json", (value) => Array.isArray(value.steps))
  const report =
    optional<OperationReport>(
      "operation.json",
      (value) => Array.isArray(value.steps) && "outcome" in value,
    ) ?? (journal === undefined ? undefined : reportOfJournal(journal))
  if (report === undefined) {
    throw new SignalboxError("OUTPUT_UNREADABLE", {
      what: "the operation has neither a readable report nor a readable journal",
      why: unreadable.length === 0 ? "both files are missing" : `unreadable: ${unreadable.join(", ")}`,
      next: "check the environment itself: dagger call status",
    })
  }
  const ledger = optional<Ledger>("ledger.json", (value) => Array.isArray(value.entries))
  const smoke = optional<SmokeFile>("smoke.json", (value) => Array.isArray(value.checks))
  const load = optional<LoadFile>("load.json", (value) =>
    [value.figures, value.plan, value.objectives].every(isObject),
  )
  const diagnosis = readDiagnosis(texts, optional<Pods>("diagnosis/pods.json", Array.isArray))
  return {
    report,
    ...optionalEntry("entry", entryOf(ledger, report)),
    ...optionalEntry("smoke", smoke && smokeSummary(smoke)),
    ...optionalEntry("load", load && loadSummary(load)),
    ...optionalEntry("diagnosis", diagnosis),
    ...(unreadable.length === 0 ? {} : { unreadable }),
  }
}

type Members = Readonly<Record<string, unknown>>

function readDiagnosis(texts: ReadonlyMap<string, string>, pods: Pods | undefined): Diagnosis | undefined {
  const cause = texts.get("diagnosis/cause.txt")
  if (cause === undefined && pods === undefined) return undefined
  const prefix = "diagnosis/logs/"
  const logs = [...texts]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, text]) => [name.slice(prefix.length), text])
  return {
    cause: cause?.trim() ?? "",
    pods: (pods ?? []).map(podOf),
    events: (texts.get("diagnosis/events.txt") ?? "")
      .split("\n")
      .filter((line) => line !== "")
      .toReversed(),
    logs: Object.fromEntries(logs),
  }
}

function entryOf(ledger: Ledger | undefined, report: OperationReport): LedgerEntry | undefined {
  return ledger?.entries.findLast((entry) => entry.operation === report.operation)
}

function parse(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? (value as Members) : undefined
  } catch (cause) {
    // The caller lists the file as unreadable.
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null
}

function optionalEntry<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: T })
}
