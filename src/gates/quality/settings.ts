import { z } from "zod"
import { Duration, durationPattern } from "../../domain/duration.ts"

/** What a quality gate that the call makes asks of all of the code. A rating is a number: A is 1, E is 5. */
const condition = z
  .strictObject({
    metric: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,63}$/, { error: "the key of a metric, such as duplicated_lines_density" })
      .describe("Key of the metric, as the server knows it."),
    moreThan: z.number().min(0).optional().describe("It fails above this value."),
    lessThan: z.number().min(0).optional().describe("It fails below this value."),
  })
  .refine((one) => (one.moreThan === undefined) !== (one.lessThan === undefined), {
    error: "exactly one of moreThan and lessThan",
  })
  .describe("One condition of the quality gate.")

/**
 * By default: nothing that is rated worse than A, and at most 3 % of duplicated lines. They are about all of the code, because
 * a server that is started for a call has no earlier analysis: to it no code is new, and what is asked of new code always holds.
 * Coverage is not among them: the gate of that name judges it, by component.
 */
export const defaultConditions: readonly Condition[] = [
  { metric: "reliability_rating", moreThan: 1 },
  { metric: "security_rating", moreThan: 1 },
  { metric: "sqale_rating", moreThan: 1 },
  { metric: "duplicated_lines_density", moreThan: 3 },
]

const waitByDefault = "5m"
const longestWait = "1d"

const wait = z
  .string()
  .regex(durationPattern, { error: "a duration such as 45s, 5m or 1h30m" })
  .refine((text) => !durationPattern.test(text) || isWithin(new Duration(text).ms), {
    error: `a duration longer than zero, at most ${longestWait}`,
  })
  .transform((text) => new Duration(text))

function isWithin(ms: number): boolean {
  return ms > 0 && ms <= new Duration(longestWait).ms
}

export const qualitySettings = z
  .strictObject({
    server: z
      .url({ protocol: /^https?$/, error: "an address such as https://sonar.example.com" })
      .refine((text) => !/[?#@]/.test(text), { error: "an address without user, query and fragment" })
      .optional()
      .describe(
        "Address of the SonarQube server; its token is given with the call. Default: a server of its own for each " +
          "call, of the toolbox's image sonarqube.",
      ),
    project: z
      .string()
      .regex(/^(?=.*[^\d])[\w.:-]{1,200}$/, {
        error: "letters, digits, -, _, . and :, with at least one that is no digit",
      })
      .optional()
      .describe("Key of the project on the server. Default: the name of the project."),
    qualityGate: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe(
        "Name of the quality gate that the server has to judge the project by; another one is an error. Default: any.",
      ),
    conditions: z
      .array(condition)
      .min(1)
      .optional()
      .describe(
        "What the quality gate of a server of its own asks of all of the code. Default: ratings A for reliability, security " +
          "and maintainability, and at most 3 % of duplicated lines. A given server has its own quality gate.",
      ),
    exclude: z
      .array(
        z
          .string()
          .min(1)
          .max(200)
          .regex(/^[^,\p{Cc}]+$/u, { error: "a pattern without a comma" }),
      )
      .default([])
      .describe(
        "Patterns of files that are not analysed, such as **/generated/**. What they leave out is told.",
      ),
    wait: wait
      .prefault(waitByDefault)
      .describe("How long to wait for a server that starts, and then for the analysis on it."),
  })
  .refine(({ server, conditions }) => server === undefined || conditions === undefined, {
    error: "a given server judges by its own quality gate: conditions are for a server of the call's own",
    path: ["conditions"],
  })
  .refine(({ server, qualityGate }) => server !== undefined || qualityGate === undefined, {
    error: "the quality gate of a server of the call's own is made of conditions",
    path: ["qualityGate"],
  })

/**
 * Both servers cannot judge: where the floor names one, its server, its project key and its quality gate count. Conditions
 * are those of both, and a file is left out where both leave it out. A project that does not configure the gate gets the floor's.
 */
export function stricterQuality(
  own: QualitySettings | undefined,
  floor: Partial<QualitySettings>,
): QualitySettings {
  if (own === undefined) return { exclude: [], wait: new Duration(waitByDefault), ...floor }
  const exclude = own.exclude.filter((one) => floor.exclude?.includes(one) ?? true)
  const base = { exclude, wait: own.wait }
  if (floor.server !== undefined) {
    const { server, project = own.project, qualityGate = own.qualityGate } = floor
    return { ...base, server, ...defined({ project, qualityGate }) }
  }
  const { project = own.project } = floor
  if (own.server !== undefined)
    return { ...base, server: own.server, ...defined({ project, qualityGate: own.qualityGate }) }
  const both = [...(own.conditions ?? defaultConditions), ...(floor.conditions ?? [])]
  const isDefault = own.conditions === undefined && floor.conditions === undefined
  return { ...base, ...defined({ project, conditions: isDefault ? undefined : unique(both) }) }
}

function unique(all: readonly Condition[]): Condition[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]
}

function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never
}

export type Condition = z.output<typeof condition>
export type QualitySettings = z.output<typeof qualitySettings>
