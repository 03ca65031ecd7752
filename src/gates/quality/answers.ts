/** What our program answers about a server (answer.json), and the settings it is given: written and read by these schemas. */
import { z } from "zod"

const condition = z.object({
  metric: z.string(),
  moreThan: z.number().optional(),
  lessThan: z.number().optional(),
})

/** What an analysis is of, as the call says: a branch, or a pull request from it into another one. */
const analysedAs = z.object({
  branch: z.string(),
  /** Its number, and the branch that it is to be merged into. Absent: the branch itself. */
  pullRequest: z.object({ key: z.string(), into: z.string() }).optional(),
})
export type AnalysedAs = z.output<typeof analysedAs>

/** The settings file of the program. It holds no secret: those are in its environment. */
export const requestSchema = z.strictObject({
  /** Without a slash at its end. */
  server: z.string(),
  project: z.string(),
  qualityGate: z.string().nullable(),
  /** Of a server of the call's own; null for a given one. */
  conditions: z.array(condition).nullable(),
  /** Null: of what the server calls its main branch. */
  analysedAs: analysedAs.nullable(),
  waitMs: z.int().positive(),
  /** The same as a person wrote it. */
  wait: z.string(),
})
export type QualityRequest = z.output<typeof requestSchema>

const place = z.object({ file: z.string(), line: z.int().positive(), text: z.string() })

/** What a tree says to the scanner, and what none of it counts for. */
const treeSchema = z.object({
  /** Lines of its own settings file. */
  settings: z.array(place),
  /** Comments that switch rules off for a line, and how many there are: not all are listed. */
  comments: z.array(place),
  commentCount: z.int(),
  /** Files that are too large to be searched for such comments. */
  notSearched: z.array(z.string()),
})
export type TreeSettings = z.output<typeof treeSchema>

export const preparedSchema = z.object({
  version: z.string(),
  /** `community`, `developer`, `enterprise`, `datacenter`. */
  edition: z.string(),
  /** Name of the quality gate that judges; null where the token may not read it. */
  qualityGate: z.string().nullable(),
  /** The token of a server of the call's own, sealed with the key of the call. */
  sealedToken: z.string().optional(),
  tree: treeSchema,
})
export type Prepared = z.output<typeof preparedSchema>

const judgedCondition = z.object({
  metric: z.string(),
  failed: z.boolean(),
  fails: z.enum(["above", "below"]),
  /** Absent where the server does not say. */
  threshold: z.string().optional(),
  actual: z.string(),
})
export type JudgedCondition = z.output<typeof judgedCondition>

const issue = z.object({
  rule: z.string(),
  severity: z.string(),
  file: z.string(),
  line: z.int().positive().optional(),
  message: z.string(),
})
export type Issue = z.output<typeof issue>

const unread = z.object({ unread: z.string() })

export const judgedSchema = z.object({
  analysis: z.string(),
  passed: z.boolean(),
  conditions: z.array(judgedCondition),
  /** Metrics of conditions without a value: the server holds nothing against them. */
  notJudged: z.array(z.string()),
  /** Whether the server left out conditions because too little code is new. */
  ignoredConditions: z.boolean(),
  /** Open issues, the gravest first; or why they could not be read. */
  issues: z.union([z.object({ total: z.int(), shown: z.array(issue) }), unread]),
  measures: z.union([z.record(z.string(), z.number()), unread]),
  /** What the server says about the analysis. */
  warnings: z.array(z.string()),
})
export type Judged = z.output<typeof judgedSchema>
