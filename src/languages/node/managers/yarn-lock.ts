import { parse } from "yaml"
import { z } from "zod"
import { unreadableLock } from "./errors.ts"
import type { Lock, LockedPackage } from "./lock.ts"

/** One entry of a lock file of yarn: the ranges that it answers, and what they lead to. */
interface YarnEntry {
  /** `name@range`, without `npm:` before the range. */
  readonly patterns: readonly string[]
  readonly name: string
  /** Null: a directory of the source. */
  readonly version: string | null
  /** Name to range. */
  readonly needs: Readonly<Record<string, string>>
}

const versionIn = /^\d+\.\d+\.\d+/

/** Version of the form: `1` of yarn's first version, else the number that its successors write. Undefined: neither. */
export function yarnLockVersion(text: string): string | undefined {
  if (/^# yarn lockfile v1\s*$/m.test(text)) return "1"
  return /^__metadata:\r?\n(?: .*\r?\n)*? +version: *["']?(\d+)/m.exec(text)?.[1]
}

/** @throws CONFIG_INVALID */
export async function readYarnLock(text: string, file: string): Promise<Lock> {
  const entries = yarnLockVersion(text) === "1" ? firstEntries(text, file) : await laterEntries(text, file)
  const byPattern = new Map<string, YarnEntry>()
  const byName = new Map<string, YarnEntry[]>()
  for (const one of entries) {
    for (const pattern of one.patterns) byPattern.set(pattern, one)
    const asked = new Set(one.patterns.map((pattern) => pattern.slice(0, pattern.indexOf("@", 1))))
    for (const name of asked) byName.set(name, [...(byName.get(name) ?? []), one])
  }
  // Where `resolutions` of the project put another range, no pattern is written down: then all versions of the name count.
  const find = (name: string, range: string): readonly YarnEntry[] => {
    const exact = byPattern.get(`${name}@${plainRange(range)}`)
    return exact === undefined ? (byName.get(name) ?? []) : [exact]
  }
  const keyOf = ({ name, version }: YarnEntry) => (version === null ? [] : [`${name}@${version}`])
  const packages = new Map<string, LockedPackage>()
  for (const one of entries) {
    if (one.version === null) continue
    const key = `${one.name}@${one.version}`
    const needs = Object.entries(one.needs).flatMap(([name, range]) => find(name, range).flatMap(keyOf))
    const before = packages.get(key)?.needs ?? []
    packages.set(key, { name: one.name, version: one.version, needs: [...before, ...needs] })
  }
  return { packages, resolve: (_, name, range) => find(name, range).flatMap(keyOf) }
}

/** Ranges that yarn's first version locks: those of a directory of the source it does not. */
export function patternsIn(text: string, file: string): ReadonlySet<string> {
  return new Set(firstEntries(text, file).flatMap(({ patterns }) => patterns))
}

function plainRange(range: string): string {
  return range.replace(/^npm:(?!@?[^@]+@)/, "")
}

/**
 * The form of yarn 1, which is near to YAML and is none: an entry begins at the line's start with its patterns, keys follow with two
 * spaces, dependencies with four; a word that is not plain is written as JSON.
 */
function firstEntries(text: string, file: string): readonly YarnEntry[] {
  const entries: { patterns: string[]; version: string; needs: Record<string, string> }[] = []
  let block = ""
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue
    const broken = () => unreadableLock(file, `line ${index + 1} is ${JSON.stringify(line.slice(0, 60))}`)
    const current = entries.at(-1)
    if (!line.startsWith(" ")) {
      if (!line.endsWith(":")) throw broken()
      entries.push({ patterns: wordsIn(line.slice(0, -1), broken), version: "", needs: {} })
      block = ""
    } else if (current === undefined) throw broken()
    else if (/^ {2}\S/.test(line)) {
      const [key = "", value] = wordsIn(line.trim().replace(/:$/, ""), broken)
      block = value === undefined ? key : ""
      if (key === "version" && value !== undefined) current.version = value
    } else if (["dependencies", "optionalDependencies"].includes(block)) {
      const [name = "", range] = wordsIn(line.trim(), broken)
      if (range === undefined) throw broken()
      current.needs[name] = range
    }
  }
  return entries.map(({ patterns, version, needs }) => {
    const [first = ""] = patterns
    if (!versionIn.test(version)) throw unreadableLock(file, `the version of ${first} is not known`)
    return { patterns, version, needs, name: realName(first) }
  })
}

/** Words and JSON strings, between spaces or commas. */
function wordsIn(text: string, broken: () => Error): string[] {
  const words: string[] = []
  for (const [word] of text.matchAll(/"(?:[^"\\]|\\.)*"|[^\s,"]+/g)) {
    try {
      words.push(word.startsWith('"') ? z.string().parse(JSON.parse(word)) : word)
    } catch {
      throw broken()
    }
  }
  if (words.length === 0) throw broken()
  return words
}

/** `alias@npm:name@range` is the package `name`. */
function realName(pattern: string): string {
  const alias = /@npm:(@?[^@]+)@/.exec(pattern)?.[1]
  return alias ?? pattern.slice(0, pattern.indexOf("@", 1))
}

const entry = z.looseObject({
  version: z.union([z.string(), z.number()]).transform(String),
  resolution: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  linkType: z.string().optional(),
})
const document = z.looseObject({ __metadata: z.unknown() }).catchall(entry)

/** The form of yarn 2 and later, which is YAML. */
async function laterEntries(text: string, file: string): Promise<readonly YarnEntry[]> {
  let parsed: unknown
  try {
    parsed = parse(text, { maxAliasCount: 0 })
  } catch (cause) {
    throw unreadableLock(file, cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause))
  }
  const result = document.safeParse(parsed)
  if (!result.success) throw unreadableLock(file, z.prettifyError(result.error))
  const { __metadata: _, ...entries } = result.data
  return Object.entries(entries).map(([key, { version, resolution, dependencies }]) => {
    const name = resolution.slice(0, resolution.indexOf("@", 1))
    const isSource = /@(?:workspace|link|portal|file):/.test(resolution.slice(name.length))
    if (!isSource && !versionIn.test(version))
      throw unreadableLock(file, `the version of ${key} is not known`)
    return {
      patterns: key.split(", ").map((pattern) => {
        const at = pattern.indexOf("@", 1)
        return `${pattern.slice(0, at)}@${plainRange(pattern.slice(at + 1))}`
      }),
      name,
      version: isSource ? null : version,
      needs: dependencies,
    }
  })
}
