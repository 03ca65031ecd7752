import type { ToolFinding } from "../../domain/index.ts"
import type { Judgement } from "../gate.ts"
import { type Expression, readExpression } from "./expression.ts"
import { type FoundPackage, packagesOf } from "./packages.ts"
import { type Policy, type Refusal, refusalOf } from "./policy.ts"
import type { SbomReading } from "./read.ts"
import type { KnownLicense, LicensesSettings } from "./settings.ts"

/** The licence of a package, and who says so. */
interface Licensed {
  readonly text: string
  /** Null: it is no SPDX expression, or there is none. */
  readonly expression: Expression | null
  readonly by: "package" | "lock file" | "signalbox.yaml" | "nobody"
}

interface Judged {
  readonly package: FoundPackage
  readonly license: Licensed
  readonly refusal: Refusal | null
}

/** The licences of one component's packages against the policy. */
export function judgeLicenses(
  component: string,
  reading: SbomReading,
  policy: Policy,
  settings: LicensesSettings,
): Judgement {
  const { packages, leftOut, errors } = packagesOf(reading, settings)
  const judged = packages.map((one): Judged => {
    const license = licenseOf(one, settings.known)
    const { expression } = license
    return { package: one, license, refusal: expression === null ? null : refusalOf(expression, policy) }
  })
  const findings = judged.flatMap((one) => {
    const finding = findingOf(one, component, settings)
    return finding === null ? [] : [finding]
  })
  const unknown = judged.filter(({ license }) => license.expression === null).length
  const found = {
    findings,
    errors: [...reading.errors, ...errors],
    tools: [],
    figures: { packages: packages.length, unknownLicenses: unknown },
    reports: { [`${reading.label.path}.json`]: listOf(judged) },
  }
  if (packages.length + leftOut + found.errors.length === 0) {
    const why = "no packages: nothing names any, and its image holds none"
    return { ...found, summary: "", skipped: [{ component, why }] }
  }
  const licenses = new Set(judged.map(({ license }) => license.text)).size
  const system = leftOut === 0 ? "" : `, ${leftOut} of the system not looked at`
  return {
    ...found,
    summary: `${reading.label.name}: ${packages.length} packages under ${licenses} licences${system}`,
  }
}

/** What a package says itself counts; then its lock file, then who has read it for signalbox.yaml. */
function licenseOf({ licenses, origin, purl }: FoundPackage, known: readonly KnownLicense[]): Licensed {
  const stated = joined(licenses)
  if (stated.expression !== null) return { ...stated, by: "package" }
  const locked = joined(origin?.license === undefined ? [] : [origin.license])
  if (locked.expression !== null) return { ...locked, by: "lock file" }
  const read = known.find((one) => one.package === purl || one.package === purl.replace(/(?<=.)@[^@]*$/, ""))
  const declared = joined(read === undefined ? [] : [read.license])
  if (declared.expression !== null) return { ...declared, by: "signalbox.yaml" }
  const text = [...licenses, ...(origin?.license === undefined ? [] : [origin.license])].join(", ")
  return { text: text === "" ? "unknown" : text, expression: null, by: text === "" ? "nobody" : "package" }
}

/** Of several texts it is not known whether one may be chosen: all hold. */
function joined(texts: readonly string[]): Pick<Licensed, "text" | "expression"> {
  const all = texts.map(readExpression)
  const expression = all.reduce<Expression | null>(
    (left, right) => (left === null || right === null ? null : { operator: "and", parts: [left, right] }),
    all[0] ?? null,
  )
  return { text: texts.join(" AND "), expression }
}

function findingOf(
  { package: one, license, refusal }: Judged,
  component: string,
  { unknown }: LicensesSettings,
): ToolFinding | null {
  const { origin, place, name, purl } = one
  const path = origin === undefined ? "" : `; ${[component, ...origin.path].join(" → ")}`
  const about = {
    location: { file: place, ...(origin?.line === undefined ? {} : { line: origin.line }) },
    component,
    subject: purl,
  }
  if (license.expression === null)
    return {
      ...about,
      rule: "license-unknown",
      severity: unknown === "refuse" ? "medium" : "info",
      message:
        license.by === "nobody"
          ? `${name}: nothing states its licence${path}`
          : `${name}: its licence ${JSON.stringify(license.text)} is no SPDX expression${path}`,
      fix: "read its licence, and state it with who read it where: gates.licenses.known",
    }
  if (refusal === null) return null
  return {
    ...about,
    rule: refusal.rule,
    severity: "high",
    message: `${name} is under ${license.text}: ${refusal.why}${path}`,
    fix: `do without ${origin?.path.at(0) ?? name}, or have the exception owned and dated: a waiver`,
  }
}

/** What was judged, for whoever asks later: equal packages give equal bytes. */
function listOf(judged: readonly Judged[]): string {
  const list = judged.map(({ package: one, license, refusal }) => ({
    package: one.purl,
    license: license.text,
    statedBy: license.by,
    verdict: license.expression === null ? "unknown" : refusal === null ? "accepted" : refusal.rule,
    ...(one.origin === undefined ? {} : { path: one.origin.path }),
  }))
  return `${JSON.stringify(list, undefined, 2)}\n`
}
