import { z } from "zod"
import { endOfLifeRule, type Severity, type ToolFinding } from "../../domain/index.ts"
import { readJson } from "../formats/read.ts"

const vulnerability = z.object({
  VulnerabilityID: z.string(),
  PkgName: z.string(),
  PkgPath: z.string().optional(),
  InstalledVersion: z.string(),
  FixedVersion: z.string().optional(),
  Status: z.string().optional(),
  Severity: z
    .string()
    .transform((text) => text.toUpperCase())
    .pipe(z.enum(["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"])),
  Title: z.string().optional(),
  PrimaryURL: z.string().optional(),
})

const system = z.object({
  Family: z.string(),
  Name: z.string().default(""),
  /** End of service life: its distribution publishes no security updates any more. */
  EOSL: z.boolean().default(false),
})

const report = z.object({
  SchemaVersion: z.literal(2),
  Trivy: z.object({ Version: z.string() }).optional(),
  Metadata: z.object({ OS: system.optional() }).optional(),
  Results: z
    .array(
      z.object({
        Target: z.string(),
        Class: z.string(),
        Type: z.string().default(""),
        Packages: z
          .array(
            z.object({
              Name: z.string(),
              Version: z.string().optional(),
              /** Of a package whose own file was found in an image: `app/node_modules/eslint/package.json`. */
              FilePath: z.string().optional(),
            }),
          )
          .default([]),
        Vulnerabilities: z.array(vulnerability).default([]),
      }),
    )
    .default([]),
})

export interface TrivyResult {
  readonly findings: readonly ToolFinding[]
  /** Packages looked at, by class: `os-pkgs`, `lang-pkgs`. */
  readonly packages: Readonly<Record<string, number>>
  /** Packages whose own files lie in the image, by path: `NAME@VERSION`. */
  readonly installed: ReadonlyMap<string, string>
  /** Distribution of an image, such as `debian 12.9`; absent where the scan knows none. */
  readonly system?: string
  /** Version of Trivy, as it says itself. Absent: before 0.68 it does not say. */
  readonly version?: string
}

/** What Trivy logs of a release of a distribution that it does not know: it then has no advisories for it. */
const unknownRelease = /This OS version is not on the EOL list\s+(?<release>.*)$/m

/** The release that Trivy says in its log that it does not know; undefined where it knows it. */
export function unknownReleaseIn(log: string): string | undefined {
  return unknownRelease.exec(log)?.groups?.release?.trim()
}

const severities: Readonly<Record<z.output<typeof vulnerability>["Severity"], Severity>> = {
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
  const { Results, Metadata, Trivy } = readJson("trivy", text, report)
  const packages: Record<string, number> = {}
  const findings = new Map<string, ToolFinding>()
  const installed = new Map<string, string>()
  for (const { Target, Class, Packages, Vulnerabilities } of Results) {
    for (const { Name, Version = "", FilePath } of Packages)
      if (FilePath !== undefined) installed.set(FilePath, `${Name}@${Version}`)
    packages[Class] = (packages[Class] ?? 0) + Packages.length
    for (const one of Vulnerabilities) {
      const found = finding(one, component, place(Target, one.PkgPath))
      findings.set([found.rule, found.location?.file, found.subject].join("\0"), found)
    }
  }
  const os = Metadata?.OS
  const name = os === undefined ? undefined : `${os.Family} ${os.Name}`.trim()
  const ended = os?.EOSL === true ? [endOfLife(os, component, place("", undefined))] : []
  return {
    findings: [...ended, ...findings.values()],
    packages,
    installed,
    ...(name === undefined ? {} : { system: name }),
    ...(Trivy === undefined ? {} : { version: Trivy.Version }),
  }
}

/** No advisory is written for such a system any more: that none is found says nothing about its packages. */
function endOfLife({ Family, Name }: z.output<typeof system>, component: string, file: string): ToolFinding {
  const subject = `${Family} ${Name}`.trim()
  return {
    rule: endOfLifeRule,
    severity: "high",
    message: `${subject} gets no security updates any more: vulnerabilities of its packages are no longer listed`,
    location: { file },
    component,
    fix: `build the image on a release of ${Family} that is still supported`,
    subject,
  }
}

function finding(one: z.output<typeof vulnerability>, component: string, file: string): ToolFinding {
  const subject = `${one.PkgName}@${one.InstalledVersion}`
  const fixed = one.FixedVersion === undefined || one.FixedVersion === "" ? undefined : one.FixedVersion
  return {
    rule: one.VulnerabilityID,
    severity: severities[one.Severity],
    message: `${subject}: ${one.Title ?? "known vulnerability"}`,
    location: { file },
    component,
    fix: fixed === undefined ? "no fixed version is known" : `update ${one.PkgName} to ${fixed}`,
    ...(one.PrimaryURL === undefined ? {} : { help: one.PrimaryURL }),
    subject,
  }
}
