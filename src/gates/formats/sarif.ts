import { z } from "zod"
import { percentDecoded, type ToolFinding } from "../../domain/index.ts"
import type { FindingReport } from "./findings.ts"
import { readJson, sourcePath } from "./read.ts"
import type { ReportedComponent } from "./report.ts"

const descriptor = z.looseObject({
  id: z.string().optional(),
  index: z.int().optional(),
  toolComponent: z.looseObject({ index: z.int().default(-1) }).optional(),
})

const result = z.looseObject({
  ruleId: z.string().optional(),
  ruleIndex: z.int().optional(),
  rule: descriptor.optional(),
  kind: z.string().default("fail"),
  baselineState: z.string().optional(),
  provenance: z.looseObject({ invocationIndex: z.int().default(-1) }).optional(),
  level: z.enum(["none", "note", "warning", "error"]).optional(),
  message: z.looseObject({ text: z.string().default("") }),
  locations: z
    .array(
      z.looseObject({
        physicalLocation: z
          .looseObject({
            artifactLocation: z.looseObject({ uri: z.string().optional() }).optional(),
            region: z
              .looseObject({
                startLine: z.int().optional(),
                startColumn: z.int().optional(),
                endLine: z.int().optional(),
              })
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
  exitSignalName: z.string().optional(),
  processStartFailureMessage: z.string().optional(),
  ruleConfigurationOverrides: z
    .array(
      z.looseObject({
        configuration: z.looseObject({ level: z.enum(["none", "note", "warning", "error"]).optional() }),
        descriptor,
      }),
    )
    .default([]),
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
  externalPropertyFileReferences: z.looseObject({ results: z.array(z.unknown()).default([]) }).optional(),
  results: z.array(result),
})

/** SARIF 2.1.0 (OASIS). A run without `results` was not carried out, and is no report. */
const log = z.looseObject({ version: z.literal("2.1.0"), runs: z.array(run).min(1) })

/** A result with the last line of its region. */
interface SarifFinding extends ToolFinding {
  readonly last?: number
}

interface SarifReport extends FindingReport {
  readonly findings: readonly SarifFinding[]
}

/**
 * Results of any tool that writes SARIF. `error` refuses, `warning` and `note` are reported; a suppressed result is
 * reported as switched off. Where a result has no level, that of the run's settings for its rule counts, then the rule's own,
 * then `warning` (section 3.27.10). What the tool could not decide is reported.
 * @throws OUTPUT_UNREADABLE
 */
export function readSarif(text: string, component: ReportedComponent): SarifReport {
  const { runs } = readJson("sarif", text, log)
  const findings: SarifFinding[] = []
  const problems: string[] = []
  let suppressed = 0
  for (const one of runs) {
    problems.push(...one.invocations.flatMap(problemsOf))
    if ((one.externalPropertyFileReferences?.results.length ?? 0) > 0)
      problems.push("its results are in other files, which were not read")
    for (const found of one.results) {
      // A result of an earlier run that this one does not have.
      if (found.baselineState === "absent") continue
      if (undecided.includes(found.kind)) findings.push(undecidedFinding(found, one, component))
      if (found.kind !== "fail") continue
      const isSuppressed =
        found.suppressions.length > 0 && found.suppressions.every(({ status }) => status === "accepted")
      if (isSuppressed) suppressed += 1
      findings.push(finding(found, one, component, isSuppressed))
    }
  }
  return { findings, problems, files: null, suppressed }
}

/** Kinds of results that somebody has to look at (section 3.27.9); the others are no problem. */
const undecided = ["open", "review"]

function undecidedFinding(
  found: z.output<typeof result>,
  run: z.output<typeof log>["runs"][number],
  component: ReportedComponent,
): SarifFinding {
  const reported = finding(found, run, component, false)
  return { ...reported, severity: "info", message: `not decided by the tool: ${reported.message}` }
}

/** Why a run did not check everything: a file that could not be parsed, a rule that crashed. */
function problemsOf(one: z.output<typeof invocation>): readonly string[] {
  const errors = [...one.toolExecutionNotifications, ...one.toolConfigurationNotifications]
    .filter(({ level }) => level === "error")
    .map(({ message }) => `the tool reports: ${message.text.replaceAll(/\s+/g, " ").trim()}`)
  if (one.processStartFailureMessage !== undefined)
    errors.push(`the tool did not start: ${one.processStartFailureMessage}`)
  if (one.exitSignalName !== undefined) errors.push(`the tool was ended by ${one.exitSignalName}`)
  if (errors.length > 0 || one.executionSuccessful) return errors
  return ["the tool says that its run was not successful"]
}

/** The level that the run's own settings give a rule: that of the invocation that found it, else of any. */
function configuredLevel(
  found: z.output<typeof result>,
  { tool, invocations }: z.output<typeof run>,
  rule: ReturnType<typeof ruleOf>,
) {
  const own = invocations[found.provenance?.invocationIndex ?? -1]
  const all = (own === undefined ? invocations : [own]).flatMap((one) => one.ruleConfigurationOverrides)
  const isMeant = ({ descriptor: meant }: (typeof all)[number]) =>
    rule === undefined
      ? meant.id !== undefined && meant.id === (found.ruleId ?? found.rule?.id)
      : ruleOf({ ...found, ruleId: meant.id, ruleIndex: undefined, rule: meant }, tool) === rule
  return all.findLast(isMeant)?.configuration.level
}

function finding(
  found: z.output<typeof result>,
  owner: z.output<typeof run>,
  component: ReportedComponent,
  isSuppressed: boolean,
): SarifFinding {
  const rule = ruleOf(found, owner.tool)
  const own = rule?.defaultConfiguration?.level
  const level = found.level ?? configuredLevel(found, owner, rule) ?? own ?? "warning"
  const place = found.locations[0]?.physicalLocation
  const uri = place?.artifactLocation?.uri
  const { startLine, startColumn, endLine } = place?.region ?? {}
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
    ...(startLine === undefined || endLine === undefined || endLine < startLine ? {} : { last: endLine }),
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
