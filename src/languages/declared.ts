import { z } from "zod"
import { line, relativePath } from "../config/schema/primitives.ts"
import { coverageFormats, findingFormats, testFormats } from "../domain/report-formats.ts"
import { services, variables } from "./services.ts"

const off = z
  .strictObject({
    off: line.describe("Why this check is switched off; reports and release records repeat it."),
  })
  .describe("Switches a check off for this component.")

const command = z
  .array(z.string().regex(/^[^\p{Cc}]{1,2000}$/u, { error: "one argument, without line breaks" }))
  .min(1)
  .describe("Program and arguments, run in the component's development container; no shell.")

const judged = z
  .array(z.int().min(0).max(125))
  .min(1)
  .default([0, 1])
  .describe("Exit codes that are a judgement; any other is an error.")

const report = <F extends readonly [string, ...string[]]>(formats: F) =>
  z
    .strictObject({
      format: z.enum(formats).describe("Form of the report."),
      path: relativePath
        .optional()
        .describe(
          "Where the command writes it, relative to path; * stands for anything. Default: it is what the command prints.",
        ),
    })
    .describe("What the command writes.")

const declared = <F extends readonly [string, ...string[]]>(formats: F) =>
  z.union([off, z.strictObject({ command, judged, report: report(formats) })])

/** The checks that a component declares, and those that it switches off. */
export const checks = z
  .strictObject({
    typecheck: declared(findingFormats)
      .optional()
      .describe("Its compiler, which checks types and writes nothing."),
    lint: z
      .union([
        off,
        z.strictObject({
          ...{ command, judged, report: report(findingFormats) },
          fix: command
            .optional()
            .describe("How it mends what it finds, for the call fix: program and arguments."),
        }),
      ])
      .optional()
      .describe("Its linter."),
    unit: declared(testFormats).optional().describe("Its unit tests."),
    integration: z
      .union([
        off,
        z.strictObject({
          ...{ command, judged, report: report(testFormats), services },
          environment: variables.describe(
            "Variables of the tests, such as addresses of the services; never a secret.",
          ),
        }),
      ])
      .optional()
      .describe("Its tests with a database, a queue or other components beside it. Default: none."),
    coverage: z
      .union([off, z.strictObject({ command: command.optional(), judged, report: report(coverageFormats) })])
      .optional()
      .describe("Coverage of its unit tests. Without a command: what the command of unit writes."),
  })
  .prefault({})
  .describe(
    "Checks of this component: a command and what it writes, or why it is off. Default: what its files tell.",
  )

export type DeclaredChecks = z.infer<typeof checks>
