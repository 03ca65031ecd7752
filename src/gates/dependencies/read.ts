import { z } from "zod"
import type { ToolIdentity } from "../../domain/index.ts"
import { repeatedKey } from "../engine/tree-tool/repeated-key.ts"
import { readJson, unreadable } from "../formats/read.ts"
import type { ToolOutcome } from "../gate.ts"
import type { Components } from "./components.ts"
import { type LockFile, type LockFiles, sumOf } from "./lock-files.ts"
import { misread } from "./misread.ts"
import { type OsvPackage, readLog, readOsv } from "./read-osv.ts"

/** Where the tree's lock files lie in the container. */
export const root = "/tree"
/** Below the directory of a component's name, so that no file of the tree is called alike. */
export const resolvedFile = (component: string): string => `.signalbox/${component}/osv-scanner.json`

/** What scan/main.ts has written. */
const looked = z.object({
  version: z.string().min(1),
  batches: z.array(
    z.object({ report: z.string(), log: z.string(), exitCode: z.int(), files: z.array(z.string()).min(1) }),
  ),
  unread: z.array(z.object({ file: z.string(), why: z.string() })),
})

/** What was to be scanned, and what the scanner left. */
export interface Scan {
  readonly locks: LockFiles
  readonly components: Components
  /** Settings of the scanner in the tree: none of them is obeyed. */
  readonly settingsFiles: readonly string[]
  /** The lock files themselves, by path. */
  readonly texts: ReadonlyMap<string, string>
  /** Those of which the database has advisories. */
  readonly ecosystems: readonly string[]
  /** Null: there was nothing to scan. */
  readonly outcome: ToolOutcome | null
}

/** A lock file that was scanned. */
export interface ScannedLock extends Pick<LockFile, "file" | "form" | "development" | "withoutSum"> {
  readonly packages: readonly OsvPackage[]
  /** Of a list that a package manager resolved: the packages for development alone, as `NAME@VERSION`. */
  readonly forDevelopment?: ReadonlySet<string>
  /** Packages that it names and that the scanner does not look up, as those without a version. */
  readonly passedOver: number
}

export interface Unread {
  readonly file: string
  readonly why: string
}

export interface ScanReading extends Omit<Scan, "outcome" | "ecosystems"> {
  readonly tool: ToolIdentity
  readonly scanned: readonly ScannedLock[]
  /** Lock files that the scanner could not read. */
  readonly unread: readonly Unread[]
  /** Lock files that may name other packages to the scanner than to what installs by them. */
  readonly misread: readonly Unread[]
  readonly errors: readonly string[]
  readonly reports: Readonly<Record<string, string>>
}

/** @throws OUTPUT_UNREADABLE */
export function readScan(tool: ToolIdentity, scan: Scan): ScanReading {
  const { outcome, ecosystems, ...about } = scan
  const errors = [...scan.components.errors, ...withoutAdvisories(scan)]
  const nothing = { ...about, tool, scanned: [], unread: [], misread: [], reports: {} }
  if (outcome === null) return { ...nothing, errors }
  if (!outcome.finished) return { ...nothing, errors: [...errors, outcome.why] }
  const { version, batches, unread } = readJson(
    "the run of osv-scanner",
    outcome.files["looked.json"],
    looked,
  )
  if (version !== tool.version) {
    const why = `osv-scanner says that it is ${version}, the toolbox names ${tool.version}: correct tools.osvScanner.version`
    return { ...nothing, tool: { ...tool, version }, errors: [...errors, why] }
  }
  const wanted = wantedOf(scan)
  const read = batches.map((batch) => readBatch(batch, outcome.files))
  const found = new Map(read.flatMap(({ packages }) => [...packages]))
  const given = new Set([...batches.flatMap(({ files }) => files), ...unread.map(({ file }) => file)])
  const missing = wanted.filter(({ at }) => !given.has(at)).map(({ file }) => file)
  return {
    ...{ ...about, tool },
    scanned: wanted.flatMap(({ at, ...lock }) => {
      const one = found.get(at)
      return one === undefined ? [] : [{ ...lock, ...one }]
    }),
    unread: unread.map(({ file, why }) => ({
      file: wanted.find(({ at }) => at === file)?.file ?? file,
      why,
    })),
    misread: misreadOf(wanted, scan.texts),
    errors: [
      ...errors,
      ...read.flatMap(({ faults }) => faults.map((fault) => `osv-scanner says: ${fault}`)),
      ...(missing.length === 0 ? [] : [`osv-scanner was not given ${missing.join(", ")}`]),
    ],
    reports: outcome.files,
  }
}

function misreadOf(
  locks: readonly Pick<LockFile, "file" | "form">[],
  texts: Scan["texts"],
): readonly Unread[] {
  return locks.flatMap(({ file, form }) => {
    const why = misread(form, texts.get(file) ?? "")
    return why === undefined ? [] : [{ file, why }]
  })
}

/** The lock files that were to be scanned, each with the place that it has in the container. */
function wantedOf({ locks, components, ecosystems }: Scan) {
  const resolved = components.resolved.map(({ component, file, packages: { ecosystem, packages } }) => ({
    ...{ at: resolvedFile(component), file, form: "osv-scanner", ecosystem, development: false },
    forDevelopment: new Set(
      packages.flatMap(({ name, version, development }) => (development ? [`${name}@${version}`] : [])),
    ),
  }))
  const files = locks.files
    .filter(({ file }) => !resolved.some((one) => one.file === file))
    .map((one) => ({ ...one, at: one.file }))
  return [...files, ...resolved]
    .filter(({ ecosystem }) => ecosystems.includes(ecosystem))
    .map(({ ecosystem: _, ...one }) => one)
}

/** Lock files of ecosystems that the database knows nothing of. */
function withoutAdvisories({ locks, components, ecosystems, outcome }: Scan): readonly string[] {
  const all = [
    ...locks.files,
    ...components.resolved.map(({ file, packages: { ecosystem } }) => ({ file, ecosystem })),
  ]
  const unknown = new Map<string, Set<string>>()
  for (const { file, ecosystem } of all)
    if (!ecosystems.includes(ecosystem))
      unknown.set(ecosystem, (unknown.get(ecosystem) ?? new Set()).add(file))
  if (ecosystems.length === 0 && outcome === null && unknown.size === 0) return []
  return [...unknown].map(
    ([ecosystem, files]) =>
      `the database has no advisories for ${ecosystem} (${ecosystem}.zip): ${[...files].join(", ")} not looked up`,
  )
}

type Batch = z.output<typeof looked>["batches"][number]

/**
 * What one run of the scanner says: the packages of each file that it was given. A report that says something else than exit code and log is no
 * report. @throws OUTPUT_UNREADABLE
 */
function readBatch({ report, log, exitCode, files }: Batch, texts: Readonly<Record<string, string>>) {
  const { counts, faults } = readLog(texts[log] ?? "")
  const json = texts[report] ?? ""
  const sources = exitCode === 128 && json.trim() === "" ? [] : readOsv(json)
  const twice = json.trim() === "" ? undefined : repeatedKey(json)
  if (twice !== undefined) throw unreadable("osv-scanner", `an object of its report has ${twice} twice`)
  const packages = new Map<
    string,
    { readonly packages: readonly OsvPackage[]; readonly passedOver: number }
  >()
  for (const file of files) {
    const count = counts.get(`${root}/${file}`)
    if (count === undefined) throw unreadable("osv-scanner", `its log does not say that it has read ${file}`)
    const own = sources.filter(({ path }) => placesOf(file).includes(path)).flatMap((one) => one.packages)
    if (own.length > count)
      throw unreadable("osv-scanner", `it read ${count} packages in ${file}, and reports ${own.length}`)
    packages.set(file, { packages: own, passedOver: count - own.length })
  }
  const given = new Set(files.flatMap(placesOf))
  const other = sources.find(({ path }) => !given.has(path))
  if (other !== undefined)
    throw unreadable("osv-scanner", `it names a file that it was not given: ${JSON.stringify(other.path)}`)
  assertEnd(
    exitCode,
    [...packages.values()].flatMap((one) => one.packages),
  )
  return { packages, faults }
}

/** Files that packages of a lock file are reported at. */
function placesOf(file: string): readonly string[] {
  const sum = sumOf(file)
  return [file, ...(sum === undefined ? [] : [sum])].map((one) => `${root}/${one}`)
}

/** 0 is nothing found, 1 is findings, 128 is no package at all. @throws OUTPUT_UNREADABLE */
function assertEnd(exitCode: number, packages: readonly OsvPackage[]): void {
  const found = packages.filter(({ vulnerabilities }) => vulnerabilities.length > 0).length
  const expected = found > 0 ? 1 : exitCode === 128 && packages.length === 0 ? 128 : 0
  if (exitCode !== expected)
    throw unreadable(
      "osv-scanner",
      `it ended with ${exitCode} and reports ${found} packages with vulnerabilities, of ${packages.length}`,
    )
}
