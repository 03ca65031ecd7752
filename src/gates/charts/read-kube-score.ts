import { z } from "zod"
import type { ToolFinding } from "../../domain/index.ts"
import { readJson, unreadable } from "../formats/read.ts"
import type { KubeScoreSettings } from "./settings.ts"

/** Grades of kube-score 1.20: critical, warning, almost good, good (scorecard/scorecard.go). */
const best = 10
/** Skipped checks that a summary names; the others are findings of their own. */
const mostNamed = 5
const critical = 1
const grade = z.union([z.literal(critical), z.literal(5), z.literal(7), z.literal(best)])

const comment = z.object({ path: z.string(), summary: z.string(), description: z.string() })

const check = z.object({
  check: z.object({ id: z.string().min(1), name: z.string() }),
  // A check that was skipped has no grade: 0.
  grade: z.union([grade, z.literal(0)]),
  skipped: z.boolean(),
  comments: z.array(comment).nullable(),
})

/** Null where it knows none of the kinds. */
const report = z
  .array(
    z.object({
      type_meta: z.object({ kind: z.string() }),
      object_meta: z.object({ name: z.string().default("") }),
      checks: z.array(check).nullable(),
    }),
  )
  .nullable()

/** What kube-score says of one rendering. */
export interface KubeScore {
  /** What is less than good, one for each of its comments; none of them refuses by itself. */
  readonly findings: readonly ToolFinding[]
  /** Points of 100 of the workload that has the fewest; null where none was graded. */
  readonly points: number | null
  /** How many grades that are, of all workloads. */
  readonly graded: number
  /** `KIND/NAME` of workloads that it has not graded: kinds that it does not know. */
  readonly ungraded: readonly string[]
}

/** What was rendered, as far as the reader asks. */
export interface Rendered {
  readonly workloads: readonly string[]
  fileOf(kind: string, name: string): string
}

/**
 * Output of `kube-score score --output-format json --output-version v2`, which ends with 1 where a grade is critical, and where it could
 * not judge: then it has printed nothing. The points of a workload are the sum of its grades, of those that could have been, times
 * 100, rounded down to a tenth. Its worst workload is what counts: sound objects beside it, such as policies that nothing uses,
 * make it no better.
 * @throws OUTPUT_UNREADABLE
 */
export function readKubeScore(
  stdout: string | undefined,
  exitCode: number,
  { workloads, fileOf }: Rendered,
): KubeScore {
  const objects = readJson("kube-score", stdout, report) ?? []
  const all = objects.map((object) => readObject(object, fileOf))
  const worst = Math.min(best, ...all.map((one) => one.worst))
  if ((exitCode === 1) !== (worst === critical))
    throw unreadable("kube-score", `it ended with ${exitCode}, and its worst grade is ${worst}`)
  const graded = all.filter(({ object, grades }) => workloads.includes(object) && grades > 0)
  const points = graded.map(({ sum, grades }) => Math.floor((sum * 1000) / (grades * best)) / 10)
  return {
    findings: all.flatMap(({ findings }) => findings),
    points: points.length === 0 ? null : Math.min(...points),
    graded: graded.reduce((sum, { grades }) => sum + grades, 0),
    ungraded: workloads.filter((one) => !graded.some(({ object }) => object === one)),
  }
}

type Scored = NonNullable<z.output<typeof report>>[number]

/** The grades of one object, and what is said of those that are not the best. */
function readObject({ type_meta: type, object_meta: meta, checks }: Scored, fileOf: Rendered["fileOf"]) {
  const object = `${type.kind}/${meta.name}`
  const location = { file: fileOf(type.kind, meta.name) }
  const asked = (checks ?? []).filter(({ skipped }) => !skipped)
  const findings = asked.flatMap(({ check, grade, comments }) => {
    if (grade === 0) throw unreadable("kube-score", `${check.id} has no grade and was not skipped`)
    if (grade === best) return []
    const said = comments === null || comments.length === 0 ? [emptyComment] : comments
    return said.map((one) => findingOf({ object, location, id: check.id, grade }, one, check.name))
  })
  const sum = asked.reduce((total, { grade }) => total + grade, 0)
  const worst = Math.min(best, ...asked.map(({ grade }) => grade))
  return { object, findings, sum, worst, grades: asked.length }
}

/** Of several renderings of one chart: what any of them is told, the fewest points, and what any left out. */
export function together(scores: readonly KubeScore[]): KubeScore {
  const points = scores.flatMap((one) => one.points ?? [])
  const findings = new Map(
    scores.flatMap((one) => one.findings).map((one) => [`${one.rule}\0${one.subject}`, one]),
  )
  return {
    findings: [...findings.values()],
    points: points.length === 0 ? null : Math.min(...points),
    graded: Math.max(0, ...scores.map(({ graded }) => graded)),
    ungraded: [...new Set(scores.flatMap(({ ungraded }) => ungraded))],
  }
}

const emptyComment = { path: "", summary: "", description: "" }

interface Graded {
  readonly object: string
  readonly location: { readonly file: string }
  readonly id: string
  readonly grade: number
}

function findingOf(
  { object, location, id, grade }: Graded,
  { path, summary, description }: z.output<typeof comment>,
  name: string,
): ToolFinding {
  const where = path === "" ? object : `${object}, ${path}`
  return {
    rule: `kube-score:${id}`,
    severity: "info",
    message: `${where}: ${summary || name} (${grade} of ${best})`,
    location,
    subject: [object, path, id, summary].join(" "),
    ...(description === "" ? {} : { fix: description }),
  }
}

/** What nobody asked kube-score for: it is said, and refuses nothing. */
export function skippedChecks(settings: KubeScoreSettings | undefined): readonly ToolFinding[] {
  return (settings?.skip ?? []).map(({ check, reason }) => ({
    rule: "kube-score-skipped",
    severity: "info",
    message: `kube-score was not asked for ${check}: ${reason}`,
    location: { file: "signalbox.yaml" },
    subject: check,
  }))
}

/** The same for the line that every form of a report has: some of them, with their reasons. */
export function skippedText(settings: KubeScoreSettings | undefined): string {
  const skip = settings?.skip ?? []
  if (skip.length === 0) return ""
  const named = skip.slice(0, mostNamed).map(({ check, reason }) => `${check} (${reason})`)
  const more = skip.length - named.length
  return `; kube-score was not asked for ${named.join(", ")}${more === 0 ? "" : ` and ${more} more`}`
}

/** A score below the minimum: the one finding of it that refuses. */
export function belowMinimum(
  environment: string,
  { points, graded }: KubeScore,
  minimum: number,
  file: string,
): readonly ToolFinding[] {
  if (points === null || points >= minimum) return []
  return [
    {
      rule: "kube-score-below-minimum",
      severity: "high",
      message: `${environment}: kube-score gives ${points.toFixed(1)} of 100 to the worst of its workloads (${graded} grades), ${minimum.toFixed(1)} are asked for`,
      location: { file },
      subject: environment,
      measured: { value: points, better: "higher", unit: "points" },
    },
  ]
}
