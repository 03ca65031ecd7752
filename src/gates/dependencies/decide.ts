import type { SignalboxConfig } from "../../config/index.ts"
import type { DatabaseIdentity, Severity, ToolFinding } from "../../domain/index.ts"
import { severities } from "../../domain/index.ts"
import type { NotLooked } from "../engine/tree-tool/read.ts"
import type { Judgement } from "../gate.ts"
import { isForDevelopment } from "./development.ts"
import { findingOf, type Vulnerable } from "./findings.ts"
import { lineFinder } from "./lines.ts"
import { isBelow } from "./lock-files.ts"
import type { ScannedLock, ScanReading } from "./read.ts"
import { allLedTo, normal, pinnedIn } from "./requirements.ts"
import { type DependenciesSettings, defaultSettings } from "./settings.ts"
import { halfKnown, notLookedUp, numbered } from "./unjudged.ts"
import { unseen } from "./unseen.ts"

/** Paths that the summary names; the others are findings of their own. */
const mostNamed = 5

/** What the scan of all lock files means. */
export function decideScan(
  reading: ScanReading,
  database: DatabaseIdentity,
  config: Pick<SignalboxConfig, "components">,
  settings: DependenciesSettings = defaultSettings,
): Judgement {
  const { tool, scanned, unread, locks, settingsFiles, reports, components } = reading
  const vulnerable = scanned.flatMap((lock) => vulnerableIn(lock, reading))
  const notLooked = [...locks.notLooked, ...halfKnown(reading)]
  const errors = [...reading.errors, ...unseen(reading), ...idle(reading)]
  const packages = scanned.flatMap((lock) => lock.packages.map((one) => isForDevelopment(one, lock, reading)))
  const figures = {
    lockFiles: scanned.length,
    packages: packages.length,
    developmentPackages: packages.filter(Boolean).length,
    passedOver: scanned.reduce((sum, { passedOver }) => sum + passedOver, 0),
    notObeyed: settingsFiles.length,
    notLooked: notLooked.length,
  }
  const without = components.directories.filter(({ component }) => !hasLock(component, reading))
  const nothing =
    scanned.length + unread.length + errors.length === 0 && !notLooked.some(({ refuses }) => refuses === true)
  const skipped = without.map(({ component }) => ({ component, why: "no lock file names its packages" }))
  return {
    findings: [
      ...numbered(vulnerable.map((one) => weighed(findingOf(one), one, settings))),
      ...notLookedUp(reading, notLooked),
    ],
    errors,
    summary: summaryOf(figures, notLooked, nothing),
    tools: [tool],
    database,
    figures,
    reports,
    failOn: [mildest([...settings.failOn, ...(settings.development?.failOn ?? [])])],
    ...(nothing
      ? { skipped: Object.keys(config.components).map((component) => ({ component, why: "no lock file" })) }
      : skipped.length === 0
        ? {}
        : { skipped }),
  }
}

function vulnerableIn(lock: ScannedLock, reading: ScanReading): readonly Vulnerable[] {
  const affected = lock.packages.filter(({ vulnerabilities }) => vulnerabilities.length > 0)
  if (affected.length === 0) return []
  const text = reading.texts.get(lock.file) ?? ""
  const lineOf = lineFinder(text)
  const component = componentOf(lock.file, reading)
  const packages = reading.components.packages.find((one) => one.component === component)
  return affected.flatMap((one) => {
    const line = lineOf(one.name, one.version)
    // The scanner follows `-r FILE`: there it is judged itself, and as what that file is for.
    if (line === undefined && isIncluded(one.name, one.version, lock, reading)) return []
    const development = isForDevelopment(one, lock, reading)
    return one.vulnerabilities.map((group) => ({
      lock,
      package: one,
      group,
      development,
      component,
      packages,
      line,
    }))
  })
}

function isIncluded(
  name: string,
  version: string,
  lock: ScannedLock,
  { scanned, texts }: ScanReading,
): boolean {
  const text = texts.get(lock.file) ?? ""
  // It names the package itself as well, in lines in which its version was not found.
  if (lock.form !== "requirements.txt" || pinnedIn(text).has(normal(name) ?? "")) return false
  const led = allLedTo(lock.file, texts)
  return scanned.some(
    (other) =>
      led.has(other.file) &&
      other.packages.some((one) => one.name === name && one.version === version) &&
      lineFinder(texts.get(other.file) ?? "")(name, version) !== undefined,
  )
}

/** The component in whose directory a file lies; of one above, the only component whose language names it. */
function componentOf(file: string, { components }: ScanReading): string | undefined {
  const inside = components.directories
    .filter(({ path }) => isBelow(file, path))
    .toSorted((a, b) => b.path.length - a.path.length)
  const [named, ...others] = components.packages.filter(({ lockFile }) => lockFile === file)
  if (named !== undefined && others.length === 0) return named.component
  return others.length > 0 ? undefined : inside[0]?.component
}

function hasLock(component: string, reading: ScanReading): boolean {
  const files = [...reading.scanned, ...reading.unread, ...reading.locks.notLooked].map(({ file }) => file)
  return (
    files.some((file) => componentOf(file, reading) === component) ||
    reading.components.packages.some((one) => one.component === component)
  )
}

const rank = (severity: Severity): number => severities.indexOf(severity)
const mildest = (some: readonly Severity[]): Severity =>
  some.reduce((one, other) => (rank(other) > rank(one) ? other : one), "critical")

/** Below the threshold of its own kind it refuses nothing, though it would by that of the other kind. */
function weighed(
  finding: ToolFinding,
  { development }: Vulnerable,
  settings: DependenciesSettings,
): ToolFinding {
  const own = development ? (settings.development?.failOn ?? settings.failOn) : settings.failOn
  const all = [...settings.failOn, ...(settings.development?.failOn ?? [])]
  const refuses = rank(finding.severity) <= rank(mildest(own))
  if (refuses || rank(finding.severity) > rank(mildest(all))) return finding
  const kind = development ? "packages for development" : "packages for production"
  return {
    ...finding,
    severity: "info",
    message: `${finding.message} (${finding.severity}: refuses nothing in ${kind})`,
  }
}

function idle({ locks }: ScanReading): readonly string[] {
  return locks.idle.map(({ path }) => `gates.dependencies.leftOut: there is no lock file at or below ${path}`)
}

interface Figures {
  readonly lockFiles: number
  readonly packages: number
  readonly developmentPackages: number
  readonly passedOver: number
  readonly notObeyed: number
}

function summaryOf(figures: Figures, notLooked: readonly NotLooked[], nothing: boolean): string {
  const { lockFiles, packages, developmentPackages, passedOver, notObeyed } = figures
  const named = notLooked.slice(0, mostNamed).map(({ file, why }) => `${file} (${why})`)
  const more = notLooked.length - named.length
  return [
    nothing
      ? "no lock file that it can judge"
      : `${lockFiles} lock files, ${packages} packages, ${developmentPackages} of them for development`,
    ...(passedOver === 0 ? [] : [`${passedOver} of the source itself or without a version not looked up`]),
    ...(notObeyed === 0 ? [] : [`${notObeyed} osv-scanner.toml not obeyed`]),
    ...(named.length === 0
      ? []
      : [`not looked at: ${named.join(", ")}${more === 0 ? "" : ` and ${more} more`}`]),
  ].join("; ")
}
