import { z } from "zod"
import type { Severity, ToolFinding } from "../../domain/index.ts"
import { readJson } from "../formats/read.ts"

const vulnerability = z.object({
  VulnerabilityID: z.string(),
  PkgName: z.string(),
  PkgPath: z.string().optional(),
  InstalledVersion: z.string(),
  FixedVersion: z.string().optional(),
  Status: z.string().optional(),
  Severity: z.string(),
  Title: z.string().optional(),
  PrimaryURL: z.string().optional(),
})

const report = z.object({
  SchemaVersion: z.literal(2),
  Metadata: z
    .object({ OS: z.object({ Family: z.string(), Name: z.string().default("") }).optional() })
    .optional(),
  Results: z
    .array(
      z.object({
        Target: z.string(),
        Class: z.string(),
        Type: z.string().default(""),
        Packages: z.array(z.looseObject({ Name: z.string() })).default([]),
        Vulnerabilities: z.array(vulnerability).default([]),
      }),
    )
    .default([]),
})

export interface TrivyResult {
  readonly findings: readonly ToolFinding[]
  /** Packages looked at, by class: `os-pkgs`, `lang-pkgs`. */
  readonly packages: Readonly<Record<string, number>>
  /** Distribution of an image, such as `debian 12.9`. */
  readonly system?: string
}

const severities: Readonly<Record<string, Severity>> = {
  CRITICAL: "critical",
  HIGH: "high",
  MEDIUM: "medium",
  LOW: "low",
  // A vulnerability without a rating yet is not taken for harmless.
  UNKNOWN: "medium",
}

/**
 * `trivy fs|image --format json --list-all-pkgs`.
 * @param place file of a finding for a scanned target; a lock file's path, an image's name. @throws OUTPUT_UNREADABLE
 */
export function readTrivy(
  text: string | undefined,
  component: string,
  place: (target: string, packagePath: string | undefined) => string,
): TrivyResult {
  const { Results, Metadata } = readJson("trivy", text, report)
  const packages: Record<string, number> = {}
  const findings = new Map<string, ToolFinding>()
  for (const { Target, Class, Packages, Vulnerabilities } of Results) {
    packages[Class] = (packages[Class] ?? 0) + Packages.length
    for (const one of Vulnerabilities) {
      const found = finding(one, component, place(Target, one.PkgPath))
      findings.set([found.rule, found.location?.file, found.subject].join("\0"), found)
    }
  }
  const system = Metadata?.OS === undefined ? undefined : `${Metadata.OS.Family} ${Metadata.OS.Name}`.trim()
  return { findings: [...findings.values()], packages, ...(system === undefined ? {} : { system }) }
}

function finding(one: z.output<typeof vulnerability>, component: string, file: string): ToolFinding {
  const subject = `${one.PkgName}@${one.InstalledVersion}`
  const fixed = one.FixedVersion === undefined || one.FixedVersion === "" ? undefined : one.FixedVersion
  return {
    rule: one.VulnerabilityID,
    severity: severities[one.Severity] ?? "medium",
    message: `${subject}: ${one.Title ?? "known vulnerability"}`,
    location: { file },
    component,
    fix: fixed === undefined ? "no fixed version is known" : `update ${one.PkgName} to ${fixed}`,
    ...(one.PrimaryURL === undefined ? {} : { help: one.PrimaryURL }),
    subject,
  }
}

const metadata = z.object({
  UpdatedAt: z.string().refine((text) => !Number.isNaN(Date.parse(text)), { error: "not a date" }),
  /** Not in Trivy's own databases: what a database of another origin says about itself. */
  Name: z.string().optional(),
  Advisories: z.number().optional(),
})

/** `metadata.json` beside trivy.db. @throws OUTPUT_UNREADABLE */
export function readDatabaseMetadata(text: string): { date: string; name?: string; entries?: number } {
  const { UpdatedAt, Name, Advisories } = readJson("the advisory database (metadata.json)", text, metadata)
  return {
    date: UpdatedAt,
    ...(Name === undefined ? {} : { name: Name }),
    ...(Advisories === undefined ? {} : { entries: Advisories }),
  }
}
