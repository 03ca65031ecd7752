import { z } from "zod"
import { severities } from "../../domain/finding.ts"

const failOn = z.array(z.enum(severities)).min(1)

const leftOut = z
  .strictObject({
    path: z
      .string()
      .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\p{Cc}\\]{1,300}$/u, {
        error: "a file or directory below the source root, such as test/fixtures",
      })
      .describe("A lock file, or a directory: all lock files below it."),
    reason: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .describe("Why nobody needs to look, for whoever reads the report."),
  })
  .describe("Lock files that are not judged.")

export const dependenciesSettings = z.strictObject({
  failOn: failOn
    .default(["critical", "high"])
    .describe(
      "Severities of known vulnerabilities that refuse. It is a floor: the mildest one named, and every graver one.",
    ),
  development: z
    .strictObject({
      failOn: failOn.describe("Severities that refuse in a package that is for development alone."),
    })
    .optional()
    .describe("Packages for development alone. Default: they are judged as all others are."),
  leftOut: z
    .array(leftOut)
    .default([])
    .describe(
      "Lock files that nobody installs from, such as those of test data. Each is listed in the report.",
    ),
})

export type DependenciesSettings = z.output<typeof dependenciesSettings>

/** Of a gate that is required by name and has none of its own. */
export const defaultSettings: DependenciesSettings = dependenciesSettings.parse({})

type Floor = Partial<DependenciesSettings>

/** Refuses what either of two settings refuses. */
export function stricterDependencies(
  settings: DependenciesSettings | undefined,
  floor: Floor,
): DependenciesSettings {
  const own = settings ?? defaultSettings
  const both = (one: DependenciesSettings["failOn"], other: DependenciesSettings["failOn"]) =>
    severities.filter((severity) => one.includes(severity) || other.includes(severity))
  const production = both(own.failOn, floor.failOn ?? [])
  const ofOwn = own.development?.failOn ?? own.failOn
  const ofFloor = floor.development?.failOn ?? floor.failOn ?? []
  const isSaid = own.development !== undefined || floor.development !== undefined
  return {
    failOn: production,
    ...(isSaid ? { development: { failOn: both(ofOwn, ofFloor) } } : {}),
    leftOut:
      floor.leftOut === undefined
        ? own.leftOut
        : own.leftOut.filter(({ path }) => floor.leftOut?.some((one) => one.path === path)),
  }
}
