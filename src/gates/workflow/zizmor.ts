import { z } from "zod"
import type { Severity, ToolFinding } from "../../domain/index.ts"
import { codeOf } from "../engine/code-digests.ts"
import { fileOf, type LinterForm } from "../engine/tree-tool/read.ts"
import { withCode } from "../engine/with-code.ts"
import { readJson, unreadable } from "../formats/read.ts"

const severityOf = {
  High: "high",
  Medium: "medium",
  Low: "low",
  Informational: "info",
} as const satisfies Record<string, Severity>
const exitCodeOf: Readonly<Record<Severity, number>> = {
  critical: 14,
  high: 14,
  medium: 13,
  low: 12,
  info: 11,
}

const place = z.object({
  symbolic: z.object({
    key: z.object({ Local: z.object({ verbatim_path: z.string().min(1) }) }),
    annotation: z.string(),
    kind: z.enum(["Primary", "Related", "Hidden"]),
  }),
  concrete: z.object({
    location: z.object({ start_point: z.object({ row: z.int().min(0), column: z.int().min(0) }) }),
    feature: z.string(),
  }),
})

const report = z.array(
  z.object({
    ident: z.string().regex(/^[a-z][a-z0-9-]*$/),
    desc: z.string().min(1),
    determinations: z.object({ severity: z.enum(["High", "Medium", "Low", "Informational"]) }),
    locations: z.array(place).min(1),
  }),
)

type Entry = z.output<typeof report>[number]

/** Of what a finding is about, as a part of its identity. */
const shown = 100
/** What they miss is a key of a job or a workflow, whatever else that does: it is known by its name alone. */
const aboutJobs: readonly string[] = [
  "anonymous-definition",
  "concurrency-limits",
  "excessive-permissions",
  "undocumented-permissions",
]

/** The JSON of `zizmor --format json-v1`. */
export const zizmor: LinterForm = {
  name: "zizmor",
  read: (text) => ({ findings: readJson("zizmor", text, report).map(finding), unread: [] }),
  hasFindings: (exitCode) => exitCode !== 0,
  endsWith: (exitCode, findings) =>
    exitCode === Math.max(0, ...findings.map(({ severity }) => exitCodeOf[severity])),
  whyUnread,
}

/** Of its causes, one below the other, the last ones repeat the first in part. */
function whyUnread(said: string): string {
  const [first = "", second = ""] = said
    .replace(/^0: /, "")
    .split(/ \d+: /)
    .map((one) => one.trim())
  const reason = first === "" || second === "" || first.includes(second) ? first : `${first}: ${second}`
  // It counts the mark that some editors put in front of a text as a document of its own.
  const hint = reason.includes("more than one document")
    ? " (a byte order mark at its start counts as one)"
    : ""
  const what = /^error in '[\w-]+' audit/.test(reason) ? "zizmor could not judge it" : "zizmor cannot read it"
  return `${what}: ${reason.replace(/ at line \d+ column \d+/, "")}${hint}`
}

function finding({ ident, desc, determinations, locations }: Entry): ToolFinding {
  const primary = locations.find(({ symbolic }) => symbolic.kind === "Primary")
  if (primary === undefined) throw unreadable("zizmor", `a finding of ${ident} has no primary location`)
  const { symbolic, concrete } = primary
  const { row, column } = concrete.location.start_point
  const annotation = symbolic.annotation.trim()
  const lines = concrete.feature.trim().split(/\r?\n/)
  const [about = ""] = lines
  const isShown = lines.length === 1 && about.length <= shown
  const code = isShown || aboutJobs.includes(ident) ? undefined : codeOf(lines, 1, lines.length)
  return {
    rule: `zizmor/${ident}`,
    severity: severityOf[determinations.severity],
    message: (annotation === "" ? desc : `${desc}: ${annotation}`).replaceAll(/\s*\n\s*/g, " "),
    location: { file: fileOf(symbolic.key.Local.verbatim_path), line: row + 1, column: column + 1 },
    help: `https://docs.zizmor.sh/audits/#${ident}`,
    subject: withCode([annotation, about.slice(0, shown)].filter((part) => part !== "").join(": "), code),
  }
}
