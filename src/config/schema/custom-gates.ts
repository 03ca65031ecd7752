import { z } from "zod"
import { componentName, duration, line } from "./primitives.ts"

/** What signalbox.yaml, waivers, `--only` and reports put before the name of a gate of the project's own. */
const prefix = "custom."

export type CustomGateName = `${typeof prefix}${string}`

export function customGateName(name: string): CustomGateName {
  return `${prefix}${name}`
}

/** Whether a text has the form of such a name; whether there is one is for the configuration to say. */
export function isCustomGateName(text: string): text is CustomGateName {
  return text.startsWith(prefix) && componentName.safeParse(text.slice(prefix.length)).success
}

/** A gate by its name, or one of the project's own. Unknown names are told with the nearest known one. */
export function gateNameSchema(names: readonly string[]) {
  return z
    .string()
    .superRefine((value, context) => {
      if (names.includes(value) || isCustomGateName(value)) return
      context.addIssue({ code: "invalid_value", values: [...names], input: value })
    })
    .meta({ anyOf: [{ enum: [...names] }, { pattern: "^custom\\.[a-z][a-z0-9-]{0,39}$" }] })
}

const image = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?(?:\/[a-z0-9._-]+)+:[\w][\w.-]{0,127}$/, {
    error: "REGISTRY/NAME:TAG, with the tag of its exact version",
  })
  .describe("Image of the tool, with the tag of its exact version.")

const digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, { error: "sha256: and 64 hex digits" })
  .optional()
  .describe(
    "Digest of the image. Default: each call resolves the tag once and records the digest; protected environments refuse that.",
  )

const codes = (first: number) => z.array(z.int().min(0).max(125)).min(1).default([first])

const exits = z
  .strictObject({
    clean: codes(0).describe("Exit codes that say that nothing was found. Default: 0."),
    findings: codes(1).describe("Exit codes that say that something was found. Default: 1."),
  })
  .refine(({ clean, findings }) => !clean.some((code) => findings.includes(code)), {
    error: "each exit code in one of clean and findings",
  })
  .prefault({})
  .describe("What its exit codes say. Any other one is an error.")

const customGate = z
  .strictObject({
    title: line.optional().describe("What it is about, for people. Default: its name."),
    image,
    digest,
    command: z
      .array(z.string().regex(/^[^\p{Cc}]{1,2000}$/u, { error: "one argument, without line breaks" }))
      .min(1)
      .describe("Program and arguments, run in /src, where the tree is; no shell."),
    report: z
      .string()
      .regex(/^[A-Za-z0-9][\w.-]{0,99}$/, { error: "the name of a file in /out, without a directory" })
      .optional()
      .describe("File in /out that it writes its SARIF to. Default: it is what the command prints."),
    exits,
    kind: z
      .enum(["quality", "security"])
      .default("security")
      .describe("Findings of a security gate are security alerts, and count for the security score."),
    tree: z
      .array(
        z.string().regex(/^(?!\.{1,2}$)[^/\\\p{Cc}]{1,200}$/u, {
          error: "the name of a file or directory at the top of the tree",
        }),
      )
      .min(1)
      .optional()
      .describe(
        "Files and directories at the top of the tree that it gets: what changes elsewhere does not run it again. Default: all.",
      ),
    network: z
      .boolean()
      .default(false)
      .describe("It looks at something besides the tree, such as a server: every call runs it again."),
    stack: z
      .boolean()
      .default(false)
      .describe(
        "The project's components run beside it, as they are built, with what stack puts beside them: it reaches each at http://NAME:PORT.",
      ),
    onFail: z
      .enum(["block", "warn"])
      .optional()
      .describe("As gates.onFail has it for the other gates. Default: it blocks where it is required."),
    timeout: duration
      .refine(({ ms }) => ms >= 1000 && ms <= 86_400_000, { error: "a duration from 1s to 1d" })
      .optional()
      .describe("How long it may take. Default: 30m."),
  })
  .describe("A gate of the project's own: a container that writes SARIF.")
export type CustomGate = z.output<typeof customGate>

export const customGates = z
  .record(componentName, customGate)
  .optional()
  .describe(
    "Gates of the project's own, by name: any container that writes SARIF. They are required, waived and chosen as custom.NAME.",
  )
