import { z } from "zod"
import { percentDecoded, type ToolFinding } from "../../domain/index.ts"
import type { FindingReport } from "./findings.ts"
import { readJson, sourcePath } from "./read.ts"
import type { ReportedComponent } from "./report.ts"

const result = z.looseObject({
  ruleId: z.string().optional(),
  ruleIndex: z.int().optional(),
  rule: z
    .looseObject({
      id: z.string().optional(),
      index: z.int().optional(),
      toolComponent: z.looseObject({ index: z.int().default(-1) }).optional(),
    })
    .optional(),
  kind: z.string().default("fail"),
  level: z.enum(["none", "note", "warning", "error"]).optional(),
  message: z.looseObject({ text: z.string().default("") }),
  locations: z
    .array(
      z.looseObject({
        physicalLocation: z
          .looseObject({
            artifactLocation: z.looseObject({ uri: z.string().optional() }).optional(),
            region: z
              .looseObject({ startLine: z.int().optional(), startColumn: z.int().optional() })
              .optional(),
          })
          .optional(),
      }),
    )
    .default([]),
  suppressions: z.array(z.looseObject({ status: z.string().default("accepted") })).default([]),
})

const rules = z
  .array(
    z.looseObject({
      id: z.string(),
      helpUri: z.string().optional(),
      defaultConfiguration: z
        .looseObject({ level: z.enum(["none", "note", "warning", "error"]).optional() })
        .optional(),
    }),
  )
  .default([])

/** What the tool reports of itself: section 3.58; `warning` where it has no level. */
const notifications = z
  .array(
    z.looseObject({
      level: z.enum(["none", "note", "warning", "error"]).default("warning"),
      message: z.looseObject({ text: z.string().default("") }).prefault({}),
    }),
  )
  .default([])

const invocation = z.looseObject({
  executionSuccessful: z.boolean(),
  toolExecutionNotifications: notifications,
  toolConfigurationNotifications: notifications,
})

const run = z.looseObject({
  tool: z.looseObject({
    driver: z.looseObject({ rules }),
    // Where a plugin's own rules stand.
    extensions: z.array(z.looseObject({ rules })).default([]),
  }),
  invocations: z.array(invocation).default([]),
  results: z.array(result),
})

/** SARIF 2.1.0 (OASIS). A run without `results` was not carried out, and is no report. */
const log = z.looseObject({ version: z.literal("2.1.0"), runs: z.array(run).min(1) })

/**
 * Results of any tool that writes SARIF. `error` refuses, `warning` and `note` are reported; a suppressed result is
 * reported as switched off. A rule's own level counts where a result has none, and `warning` where neither has one
 * (section 3.27.10).
 * @throws OUTPUT_UNREADABLE
 */
export function readSarif(text: string, component: ReportedComponent): FindingReport {
  const { runs } = readJson("sarif", text, log)
  const findings: ToolFinding[] = []
  const problems: string[] = []
  let suppressed = 0
  for (const one of runs) {
    problems.push(...one.invocations.flatMap(problemsOf))
    for (const found of one.results) {
      if (found.kind !== "fail") continue
      const isSuppressed =
        found.suppressions.length > 0 && found.suppressions.every(({ status }) => status === "accepted")
      if (isSuppressed) suppressed += 1
      findings.push(finding(found, one, component, isSuppressed))
    }
  }
  return { findings, problems, files: null, suppressed }
}

/** Why a run did not check everything: a file that could not be parsed, a rule that crashed. */
function problemsOf(one: z.output<typeof invocation>): readonly string[] {
  const errors = [...one.toolExecutionNotifications, ...one.toolConfigurationNotifications]
    .filter(({ level }) => level === "error")
    .map(({ message }) => `the tool reports: ${message.text.replaceAll(/\s+/g, " ").trim()}`)
  if (errors.length > 0 || one.executionSuccessful) return errors
  return ["the tool says that its run was not successful"]
}

function finding(
  found: z.output<typeof result>,
  { tool }: z.output<typeof run>,
  component: ReportedComponent,
  isSuppressed: boolean,
): ToolFinding {
  const rule = ruleOf(found, tool)
  const level = found.level ?? rule?.defaultConfiguration?.level ?? "warning"
  const place = found.locations[0]?.physicalLocation
  const uri = place?.artifactLocation?.uri
  const { startLine, startColumn } = place?.region ?? {}
  const message = found.message.text
  return {
    rule: found.ruleId ?? found.rule?.id ?? rule?.id ?? "sarif",
    severity: level === "error" && !isSuppressed ? "high" : "info",
    message: isSuppressed ? `switched off in the code: ${message}` : message,
    ...(uri === undefined
      ? {}
      : {
          location: {
            file: sourcePath(component.path, component.workdir, pathOf(uri)),
            ...(startLine === undefined || startLine < 1 ? {} : { line: startLine }),
            ...(startColumn === undefined || startColumn < 1 ? {} : { column: startColumn }),
          },
        }),
    component: component.name,
    ...(rule?.helpUri === undefined ? {} : { help: rule.helpUri }),
    subject: message,
  }
}

/**
 * The rule of a result: by its place where that is given, else by its name (sections 3.27.5 to 3.27.7). One that is not
 * found would make an error a warning. A name may have parts of its own behind its rule's: `CA1000/1`.
 */
function ruleOf(found: z.output<typeof result>, { driver, extensions }: z.output<typeof run>["tool"]) {
  const { ruleId, ruleIndex, rule } = found
  const name = ruleId ?? rule?.id
  const isNamed = ({ id }: { readonly id: string }) =>
    name === undefined || name === id || name.startsWith(`${id}/`)
  const owner = rule?.toolComponent === undefined ? driver : extensions[rule.toolComponent.index]
  const placed = owner?.rules[rule?.index ?? ruleIndex ?? -1]
  if (placed !== undefined && isNamed(placed)) return placed
  return name === undefined ? undefined : [driver, ...extensions].flatMap((one) => one.rules).find(isNamed)
}

/** A relative reference, or a `file:` URI; percent-encoded as URIs are. */
function pathOf(uri: string): string {
  return percentDecoded(uri.replace(/^file:\/\/(?:localhost)?(?=\/)/, "").replace(/^\.\//, ""))
}
