import { z } from "zod"
import { severities } from "../../domain/finding.ts"
import { gateContexts } from "../../domain/gate-result.ts"
import { policySources } from "../../domain/policy.ts"
import { verdicts } from "../../domain/verdict.ts"

/** Reports of later versions may say more: what they say besides is left alone. */
const object = z.looseObject
const digest = z.string().describe("sha256: and 64 hexadecimal digits.")
const texts = z.array(z.string())

const finding = object({
  gate: z.string().describe("Gate that reports it."),
  rule: z.string().describe("The tool's own name of the rule; explain --rule says what it is."),
  severity: z.enum(severities),
  message: z.string().describe("What is wrong, for people. Secrets are redacted."),
  location: object({
    file: z.string().describe("Relative to the source root. image:COMPONENT is an image."),
    line: z.int().optional().describe("From 1."),
    column: z.int().optional().describe("From 1."),
  }).optional(),
  component: z.string().optional(),
  fix: z.string().optional().describe("What mends it."),
  help: z.string().optional().describe("Where the rule is explained."),
  subject: z.string().describe("What identifies it when its line changes; a waiver names it."),
  measured: object({ value: z.number(), better: z.enum(["higher", "lower"]), unit: z.string() })
    .optional()
    .describe("The number, where it is one beyond a limit."),
  fingerprint: digest.optional().describe("Its identity: of gate, rule, file and subject."),
}).describe("One thing that a tool objects to.")

const waiver = object({
  id: z.string(),
  owner: z.string(),
  reason: z.string(),
  expires: z.string().describe("Last day on which it holds (UTC)."),
  falsePositive: z.literal(true).optional(),
  accepts: z.number().optional(),
  fingerprint: digest,
})

const gate = object({
  gate: z.string(),
  title: z.string().optional(),
  kind: z.enum(["quality", "security"]).optional(),
  required: z.boolean().optional().describe("false: it blocks nothing. Default: true."),
  onFail: z.literal("warn").optional().describe("warn: what it finds blocks nothing, an error does."),
  verdict: z.enum(verdicts),
  summary: z.string().describe("One line: why this verdict."),
  errors: texts.optional().describe("Why it could not be judged, or not all of it."),
  tools: z.array(
    object({
      name: z.string(),
      version: z.string(),
      script: z.string().optional().describe("The project's own command that started it."),
      image: z.string().optional(),
    }),
  ),
  database: object({
    name: z.string(),
    date: z.string(),
    digest: z.string().optional(),
    source: z.string().optional(),
    entries: z.number().optional(),
  })
    .optional()
    .describe("The advisory database that was asked."),
  known: z.string().optional().describe("What the lookup in the database has shown, in words."),
  judged: z
    .record(z.string(), digest)
    .optional()
    .describe("component -> digest of the image that was judged."),
  skipped: z.array(object({ component: z.string(), why: z.string() })).optional(),
  findings: z
    .array(finding)
    .describe("Those that count; waived ones and those known before are not among them."),
  waived: z.array(object({ finding, waiver })),
  figures: z.record(z.string(), z.number()),
  cases: z
    .array(
      object({
        name: z.string(),
        file: z.string(),
        state: z.enum(["passed", "failed", "skipped"]),
        seconds: z.number(),
        message: z.string().optional(),
      }),
    )
    .optional()
    .describe("Single test cases."),
  reports: z
    .record(z.string(), digest)
    .describe("What the tools wrote, by file name in the gate's directory."),
  changes: z
    .array(
      object({
        path: z.string(),
        from: z.string().nullable(),
        to: z.string().nullable(),
        stricter: z.literal(true).optional(),
      }),
    )
    .optional()
    .describe("Settings in which the tree's own policy differs from that of its base."),
  baseline: object({ known: z.array(finding), gone: z.int(), unjudged: z.string().optional() })
    .optional()
    .describe("How it compares with the base revision of --since."),
})

/** report.json of `gates`. */
export const gateReportSchema = object({
  schemaVersion: z.literal(1).describe("Version of this file's format."),
  project: z.string(),
  date: z.string().describe("The day on which waivers and the age of databases were judged."),
  context: z.enum(gateContexts),
  partial: z
    .boolean()
    .describe("Not all that applies was judged, or counts: it is no evidence for a release."),
  policy: object({
    source: z.enum(policySources),
    ref: z.string().optional(),
    commit: z.string().optional(),
    branch: z.string().optional(),
    extends: z.string().optional(),
    hash: digest,
    why: z.string().optional(),
  })
    .optional()
    .describe("The policy that it was judged by."),
  assumed: z
    .array(object({ setting: z.string(), value: z.string(), because: z.string() }))
    .optional()
    .describe("What was assumed, because there is no signalbox.yaml."),
  affected: object({
    since: z.string(),
    commit: z.string(),
    changed: z.int(),
    components: texts,
    others: texts,
    chart: z.boolean(),
    everything: texts,
  })
    .optional()
    .describe("The part of the project that it is about (--affected)."),
  baseline: object({ since: z.string(), commit: z.string(), unjudged: z.string().optional() })
    .optional()
    .describe("The revision whose findings do not count (--since)."),
  earlier: object({
    version: z.string(),
    date: z.string(),
    gates: z.array(
      object({
        gate: z.string(),
        verdict: z.enum(verdicts),
        findings: z.partialRecord(z.enum(severities), z.int()).describe("How many count of each severity."),
        figures: z.record(z.string(), z.number()),
      }),
    ),
    unread: texts.describe("Gates whose stored report is missing, or is not the one that the record names."),
  })
    .optional()
    .describe("The earlier release that it is shown beside (--previous): it changes no verdict."),
  verdict: z.enum(verdicts).describe("Of the required gates together."),
  gates: z.array(gate),
  notJudged: z
    .array(object({ gate: z.string(), why: z.string() }))
    .optional()
    .describe("Gates that were not started (--fail-fast): nothing is known of them."),
  staleWaivers: z.array(
    object({
      id: z.string(),
      why: z.enum(["expired", "unused", "term-too-long", "number-missing", "number-exceeded"]),
      detail: z.string().optional(),
    }),
  ),
}).describe("The verdicts of the gates over one source tree, with their findings and evidence.")

/** A report as it was written by this version or an earlier one. */
export type WrittenGateReport = z.output<typeof gateReportSchema>
