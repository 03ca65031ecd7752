import { z } from "zod"
import type { ToolFinding } from "../../domain/index.ts"
import { readJson, unreadable } from "../formats/read.ts"

/** Grades of kube-score 1.20: critical, warning, almost good, good (scorecard/scorecard.go). */
const best = 10
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

/** What kube-score says of one environment's manifests. */
export interface KubeScore {
  /** What is less than good, one for each of its comments; none of them refuses by itself. */
  readonly findings: readonly ToolFinding[]
  /** The sum of all grades, of those that could have been, times 100, rounded down to a tenth; null where nothing was graded. */
  readonly points: number | null
  /** How many grades that are. */
  readonly graded: number
}

/**
 * Output of `kube-score score --output-format json --output-version v2`, which ends with 1 where a grade is critical, and where it could
 * not judge: then it has printed nothing.
 * @throws OUTPUT_UNREADABLE
 */
export function readKubeScore(
  stdout: string | undefined,
  exitCode: number,
  fileOf: (kind: string, name: string) => string,
): KubeScore {
  const objects = readJson("kube-score", stdout, report) ?? []
  const findings: ToolFinding[] = []
  let sum = 0
  let worst: number = best
  let graded = 0
  for (const { type_meta: type, object_meta: meta, checks } of objects) {
    for (const { check, grade, skipped, comments } of checks ?? []) {
      if (skipped) continue
      if (grade === 0) throw unreadable("kube-score", `${check.id} has no grade and was not skipped`)
      sum += grade
      worst = Math.min(worst, grade)
      graded += 1
      if (grade === best) continue
      const object = `${type.kind}/${meta.name}`
      const location = { file: fileOf(type.kind, meta.name) }
      const said = comments === null || comments.length === 0 ? [emptyComment] : comments
      findings.push(
        ...said.map((one) => findingOf({ object, location, id: check.id, grade }, one, check.name)),
      )
    }
  }
  if ((exitCode === 1) !== (worst === critical))
    throw unreadable("kube-score", `it ended with ${exitCode}, and its worst grade is ${worst}`)
  const points = graded === 0 ? null : Math.floor((sum * 1000) / (graded * best)) / 10
  return { findings, points, graded }
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
      message: `${environment}: kube-score gives ${points.toFixed(1)} of 100 over ${graded} checks, ${minimum.toFixed(1)} are asked for`,
      location: { file },
      subject: environment,
      measured: { value: points, better: "higher", unit: "points" },
    },
  ]
}
