import { type DatabaseIdentity, SignalboxError, type ToolIdentity } from "../../domain/index.ts"
import { usedTool, whyFailed } from "../../toolbox/index.ts"
import { databaseIdentity } from "../engine/database-identity.ts"
import { noResult } from "../engine/merge.ts"
import { treeFiles } from "../engine/tree-tool/exec.ts"
import { whyNotNamed } from "../engine/tree-tool/named.ts"
import type { Gate, GateContext } from "../gate.ts"
import { type Components, componentsOf } from "./components.ts"
import { decideScan } from "./decide.ts"
import { ecosystemsIn, scanLockFiles } from "./exec.ts"
import { type LockFile, type LockFiles, lockFilesIn } from "./lock-files.ts"
import { readScan, type Scan, type ScanReading } from "./read.ts"
import { ledTo } from "./requirements.ts"
import { type DependenciesSettings, defaultSettings } from "./settings.ts"

interface ToolResult<T> {
  readonly tool: ToolIdentity
  /** What vulnerabilities were looked up in, and in which lock files; or why there is no database: then nothing was scanned. */
  readonly found: { readonly database: DatabaseIdentity; readonly scan: T } | string
}

/**
 * osv-scanner over every lock file of the tree, packages for development included, with the advisories of the toolbox: never with
 * downloaded ones, so that a verdict can be repeated and names its database.
 */
export const gate: Gate<DependenciesSettings | undefined, ToolResult<Scan>, ToolResult<ScanReading>> = {
  async appliesTo(config, { source }) {
    const notNamed = whyNotNamed(config.gates, "dependencies")
    if (notNamed !== undefined) return { applies: false, why: notNamed }
    const { leftOut } = config.gates.dependencies ?? defaultSettings
    const { files, notLooked } = lockFilesIn(await treeFiles(source), leftOut)
    if (files.length + notLooked.length > 0 || Object.keys(config.components).length > 0)
      return { applies: true }
    return { applies: false, why: "no lock file in the tree" }
  },
  async run(context, settings = defaultSettings) {
    const [tool, found] = await Promise.all([
      usedTool(context.toolbox, "osvScanner"),
      databaseOf(context).catch(whyFailed),
    ])
    if (typeof found === "string") return { output: { tool, found } }
    const { database, identity } = found
    const [paths, components, ecosystems] = await Promise.all([
      treeFiles(context.source),
      componentsOf(context),
      ecosystemsIn(database),
    ])
    const { locks, texts } = await readLocks(context, lockFilesIn(paths, settings.leftOut), paths)
    const judged = locks.files.filter(({ ecosystem }) => ecosystems.includes(ecosystem))
    const resolved = components.resolved.filter(({ packages }) => ecosystems.includes(packages.ecosystem))
    const files = withoutReplaced(judged, resolved)
    const outcome =
      files.length + resolved.length === 0
        ? null
        : await scanLockFiles(context, files, resolved, database, ecosystems, paths)
    const scan = {
      ...{ locks, components, ecosystems, outcome },
      settingsFiles: paths.filter((path) => path.split("/").at(-1) === "osv-scanner.toml"),
      texts: new Map([...texts, ...(await pomsOf(context, components))]),
    }
    const output = { tool, found: { database: identity, scan } }
    return outcome?.finished ? { output, raw: outcome.out } : { output }
  },
  read: ({ tool, found }) =>
    typeof found === "string"
      ? { tool, found }
      : { tool, found: { ...found, scan: readScan(tool, found.scan) } },
  decide: ({ tool, found }, config, settings) =>
    typeof found === "string"
      ? noResult(found, [tool])
      : decideScan(found.scan, found.database, config, settings),
}

/** A file whose packages were resolved is judged by these: by itself it names a part of them. */
function withoutReplaced(files: LockFiles["files"], resolved: Components["resolved"]): LockFiles["files"] {
  return files.filter(({ file }) => !resolved.some((one) => one.file === file))
}

/** @throws DATABASE_MISSING where the toolbox names none, or another one than it says */
async function databaseOf(context: GateContext) {
  const database = await context.database("osv")
  if (database === null)
    throw new SignalboxError("DATABASE_MISSING", {
      what: "the toolbox names no advisories in OSV form",
      where: "toolbox.yaml: databases.osv",
      next: "name an artifact or image that holds them: docs/toolbox.md says how it is made",
    })
  return { database, identity: await databaseIdentity(database, "osv") }
}

/** The lock files themselves: lines of packages are found in them; and what requirement files lead to, whatever it is called. */
async function readLocks({ source }: GateContext, locks: LockFiles, paths: readonly string[]) {
  const texts = new Map<string, string>()
  const files = [...locks.files]
  for (let at = 0; at < files.length; at += 20) {
    const some = files.slice(at, at + 20)
    const read = await Promise.all(some.map(({ file }) => source.file(file).contents()))
    for (const [index, lock] of some.entries()) {
      texts.set(lock.file, read[index] ?? "")
      files.push(...includedIn(lock, read[index] ?? "", [...files, ...locks.notLooked], paths))
    }
  }
  return { locks: { ...locks, files }, texts }
}

/** What is not in the tree is told by `decide`. */
function includedIn(
  lock: LockFile,
  text: string,
  known: readonly { readonly file: string }[],
  paths: readonly string[],
): readonly LockFile[] {
  if (lock.form !== "requirements.txt") return []
  return ledTo(lock.file, text)
    .filter(({ file }) => paths.includes(file) && !known.some((one) => one.file === file))
    .map(({ file }) => ({ ...lock, file }))
}

async function pomsOf({ source }: GateContext, { resolved }: Components) {
  const files = [...new Set(resolved.map(({ file }) => file))]
  const there = await Promise.all(files.map((file) => source.exists(file)))
  const texts = await Promise.all(files.map((file, at) => (there[at] ? source.file(file).contents() : "")))
  return files.map((file, at) => [file, texts[at] ?? ""] as const)
}
