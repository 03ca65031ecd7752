import { z } from "zod"
import { readJson, unreadable } from "../formats/read.ts"

const text = z.string()
const list = <T extends z.ZodType>(of: T) =>
  z
    .array(of)
    .nullish()
    .transform((some) => some ?? [])

const vulnerability = z.object({
  id: text.min(1),
  aliases: list(text),
  summary: text.default(""),
  affected: list(
    z.object({
      package: z.object({ name: text }).optional(),
      ranges: list(z.object({ type: text.default(""), events: list(z.record(z.string(), text)) })),
    }),
  ),
  database_specific: z.looseObject({ severity: text.optional().catch(undefined) }).nullish(),
})

const report = z.object({
  results: list(
    z.object({
      source: z.object({ path: text.min(1) }),
      packages: list(
        z.object({
          package: z.object({ name: text, version: text, ecosystem: text.default("") }),
          dependency_groups: list(text),
          vulnerabilities: list(vulnerability),
          groups: list(z.object({ ids: list(text), aliases: list(text), max_severity: text.default("") })),
        }),
      ),
    }),
  ),
})

/** One vulnerability of a package; several advisories may be about it. */
export interface OsvGroup {
  /** Of the advisories that were found. */
  readonly ids: readonly string[]
  /** These, and what else it is called. */
  readonly names: readonly string[]
  readonly score: string
  readonly words: readonly string[]
  readonly summary: string
  /** Versions in which it is mended, by range: the version from which one on is affected, and the first that is not any more. */
  readonly ranges: readonly { readonly introduced: string; readonly fixed: string }[]
}

export interface OsvPackage {
  readonly name: string
  readonly version: string
  readonly ecosystem: string
  /** Groups of dependencies that it belongs to, as the lock file calls them: `dev`. */
  readonly dependencyGroups: readonly string[]
  readonly vulnerabilities: readonly OsvGroup[]
}

export interface OsvSource {
  /** Path of the lock file in the container. */
  readonly path: string
  readonly packages: readonly OsvPackage[]
}

type Entry = z.output<typeof report>["results"][number]["packages"][number]

/** The JSON of `osv-scanner --all-packages`. @throws OUTPUT_UNREADABLE */
export function readOsv(json: string | undefined): readonly OsvSource[] {
  return readJson("osv-scanner", json, report).results.map(({ source, packages }) => ({
    path: source.path,
    packages: packages.map((one) => ({
      ...{ name: one.package.name, version: one.package.version, ecosystem: one.package.ecosystem },
      dependencyGroups: one.dependency_groups,
      vulnerabilities: groupsOf(one),
    })),
  }))
}

/** Its groups, each with its advisories. One that belongs to none would be lost. @throws OUTPUT_UNREADABLE */
function groupsOf({ package: { name }, vulnerabilities, groups }: Entry): readonly OsvGroup[] {
  const grouped = new Set(groups.flatMap(({ ids }) => ids))
  const lost = vulnerabilities.find(({ id }) => !grouped.has(id))
  if (lost !== undefined) throw unreadable("osv-scanner", `${lost.id} of ${name} belongs to no group`)
  return groups.map(({ ids, aliases, max_severity: score }) => {
    const own = vulnerabilities.filter(({ id }) => ids.includes(id))
    if (ids.length === 0 || own.length !== new Set(ids).size)
      throw unreadable(
        "osv-scanner",
        `a group of ${name} names advisories that are not there: ${ids.join(", ")}`,
      )
    return {
      ids,
      names: [...new Set([...ids, ...aliases, ...own.flatMap((one) => one.aliases)])].sort(),
      score,
      words: own.flatMap(({ database_specific: specific }) => specific?.severity ?? []),
      summary: own.find(({ summary }) => summary !== "")?.summary ?? "",
      ranges: own.flatMap(({ affected }) =>
        affected
          .filter(({ package: of }) => of === undefined || sameName(of.name, name))
          .flatMap(({ ranges }) => ranges.flatMap(({ events }) => pairs(events))),
      ),
    }
  })
}

const sameName = (one: string, other: string): boolean =>
  one.toLowerCase().replaceAll(/[-_.]+/g, "-") === other.toLowerCase().replaceAll(/[-_.]+/g, "-")

/** Events come in the order of versions: each `fixed` closes the `introduced` before it. */
function pairs(events: readonly Readonly<Record<string, string>>[]): OsvGroup["ranges"] {
  let introduced = "0"
  return events.flatMap((event) => {
    introduced = event.introduced ?? introduced
    const { fixed } = event
    return fixed === undefined ? [] : [{ introduced, fixed }]
  })
}

/** What the log says of the run. */
export interface OsvLog {
  /** Packages that it found, by the path of the lock file. */
  readonly counts: ReadonlyMap<string, number>
  /** Why not all of them were looked up, or not in all of the database. */
  readonly faults: readonly string[]
  /** Packages without a version, and those of the source itself: it looks none of them up. */
  readonly leftOut: number
}

const known: readonly RegExp[] = [
  /^Scanned .* file as a \S+ and found \d+ packages?$/,
  /^Loaded \S+ local db from /,
  /^Filtered \d+ local\/unscannable package\/s from the scan\.$/,
  /^Total \d+ packages affected by \d+ known vulnerabilities/,
  /^\d+ vulnerabilit(?:y|ies) can be fixed\.$/,
  /^No issues found$/,
  /^No package sources found, --help for usage information\.$/,
]

/**
 * What osv-scanner says beside its report. Only there it tells that a database is missing or damaged, while the report looks
 * clean: so a line that nobody knows is a fault, too.
 */
export function readLog(log: string): OsvLog {
  const counts = new Map<string, number>()
  const faults: string[] = []
  let leftOut = 0
  for (const line of log.split("\n").map((one) => one.trim())) {
    const [, path, count] = /^Scanned (.*) file as a \S+ and found (\d+) packages?$/.exec(line) ?? []
    if (path !== undefined) counts.set(path, Number(count))
    leftOut += Number(/^Filtered (\d+) local/.exec(line)?.[1] ?? 0)
    if (line !== "" && !known.some((pattern) => pattern.test(line))) faults.push(line)
  }
  return { counts, faults, leftOut }
}
