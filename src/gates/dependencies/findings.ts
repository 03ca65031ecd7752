import type { ToolFinding } from "../../domain/index.ts"
import type { ComponentPackages } from "./components.ts"
import type { ScannedLock } from "./read.ts"
import type { OsvGroup, OsvPackage } from "./read-osv.ts"
import { severityOf } from "./severity.ts"
import { compareVersions } from "./versions.ts"

/** A vulnerability of a package in a lock file. */
export interface Vulnerable {
  readonly lock: Pick<ScannedLock, "file">
  readonly package: OsvPackage
  readonly group: OsvGroup
  readonly development: boolean
  /** The component that the lock file belongs to; undefined: none, or several. */
  readonly component: string | undefined
  /** What its language says of the component's packages. */
  readonly packages: ComponentPackages | undefined
  readonly line: number | undefined
}

/**
 * The finding of a vulnerability. Its rule is what the gate `vulnerabilities` calls it where it finds it in an image, the CVE, so that both can be
 * seen to be one; what else it is called stands in the message.
 */
export function findingOf(one: Vulnerable): ToolFinding {
  const { lock, package: of, group, development, component, packages, line } = one
  const subject = `${of.name}@${of.version}`
  const rule = ruleOf(group)
  const others = group.names.filter((name) => name !== rule)
  const origin = packages?.origins?.find(({ name }) => name === subject)
  const path =
    origin === undefined || component === undefined ? "" : `; ${[component, ...origin.path].join(" → ")}`
  const called = others.length === 0 ? "" : ` (${others.join(", ")})`
  const place = origin?.line ?? line
  return {
    rule,
    severity: severityOf(group),
    message: `${subject}${development ? ", for development" : ""}: ${summaryOf(group)}${called}${path}`,
    location: { file: lock.file, ...(place === undefined ? {} : { line: place }) },
    ...(component === undefined ? {} : { component }),
    fix: fixOf(of, group),
    help: `https://osv.dev/vulnerability/${group.ids[0] ?? rule}`,
    subject,
  }
}

/** The first CVE that it is called; else the first advisory that was found. */
export function ruleOf({ ids, names }: Pick<OsvGroup, "ids" | "names">): string {
  return names.find((name) => /^CVE-\d{4}-\d{4,}$/.test(name)) ?? [...ids].sort()[0] ?? "unknown"
}

function summaryOf({ ids, summary }: OsvGroup): string {
  const plain = summary.replaceAll(/\s+/g, " ").trim()
  if (plain !== "") return plain
  return ids.some((id) => id.startsWith("MAL-")) ? "published to do harm" : "known vulnerability"
}

/** Of several advisories about it, the version that none of them is about any more. */
function fixOf({ name, version }: OsvPackage, { ranges }: OsvGroup): string {
  const around = ranges.filter(
    ({ introduced, fixed }) =>
      (introduced === "0" || compareVersions(introduced, version) <= 0) &&
      compareVersions(version, fixed) < 0,
  )
  const [first, ...rest] = around.map(({ fixed }) => fixed)
  if (first === undefined) return "no fixed version is known"
  const highest = rest.reduce((one, other) => (compareVersions(one, other) < 0 ? other : one), first)
  return `update ${name} to ${highest}`
}
