/** What a Spring Boot application says of itself in its own settings. Pure, but for reading them. */
import { posix } from "node:path"
import type { SourceTree } from "../detected.ts"

/** A value of the settings, and the file that has it. */
interface Setting {
  readonly value: string
  readonly file: string
}

export interface SpringSettings {
  /** A setting by its name; undefined where none has it, or only another environment tells its value. */
  get(name: string): Setting | undefined
  /** Whether it is there, with whatever value. */
  has(name: string): boolean
  /** The file by which it asks a server for its settings when it starts; what it is told there counts before. */
  readonly asksServer: string | undefined
}

interface Values {
  readonly file: string
  readonly values: ReadonlyMap<string, string>
}

/** The settings that it starts with: those of a profile count where they name that profile as active. */
export async function springSettings(directory: string, tree: SourceTree): Promise<SpringSettings> {
  const all = await documentsOf("application", directory, tree)
  const active = (settingIn(all, "spring.profiles.active")?.value ?? "").split(",").map((one) => one.trim())
  const ofProfiles = await Promise.all(
    active
      .filter((one) => /^[\w-]+$/.test(one))
      .map((one) => documentsOf(`application-${one}`, directory, tree)),
  )
  const first = await documentsOf("bootstrap", directory, tree)
  const counted = [...all, ...ofProfiles.flat()].filter((one) => isFor(one, active))
  const imports = [...counted, ...first].find((one) => asks(one.values))
  return {
    get: (name) => settingIn(counted, name),
    has: (name) => counted.some(({ values }) => values.has(name)),
    asksServer: imports?.file,
  }
}

function asks(values: ReadonlyMap<string, string>): boolean {
  return [...values].some(
    ([name, value]) =>
      (name.startsWith("spring.config.import") && value.includes("configserver:")) ||
      name === "spring.cloud.config.uri",
  )
}

function isFor({ values }: Values, active: readonly string[]): boolean {
  const profiles = values.get("spring.config.activate.on-profile") ?? values.get("spring.profiles")
  return profiles === undefined || profiles.split(",").some((one) => active.includes(one.trim()))
}

/** The last one counts; a placeholder by its default. */
function settingIn(all: readonly Values[], name: string): Setting | undefined {
  const found = all.findLast(({ values }) => values.has(name))
  const [, ownDefault] = /^\$\{[^:}]+:([^}]*)\}$/.exec(found?.values.get(name) ?? "") ?? []
  const value = ownDefault ?? found?.values.get(name)
  return found === undefined || value === undefined || value.includes("${")
    ? undefined
    : { value, file: found.file }
}

/** Documents of settings, those that count before others behind them. */
async function documentsOf(name: string, directory: string, tree: SourceTree): Promise<readonly Values[]> {
  const found: Values[] = []
  for (const place of ["src/main/resources", "src/main/resources/config"])
    for (const end of ["yaml", "yml", "properties"]) {
      const file = posix.join(directory, place, `${name}.${end}`)
      if (!tree.paths.includes(file)) continue
      const text = await tree.read(file)
      const all = end === "properties" ? fromProperties(text) : await fromYaml(text)
      found.push(...all.map((values) => ({ file, values })))
    }
  return found
}

function fromProperties(text: string): readonly ReadonlyMap<string, string>[] {
  return text.split(/^[#!]---[ \t]*$/m).map(
    (one) =>
      new Map(
        one.split(/\r?\n/).flatMap((line) => {
          const [, name, value = ""] = /^\s*([^#!\s=:][^\s=:]*)\s*[=:]?\s*(.*?)\s*$/.exec(line) ?? []
          return name === undefined ? [] : [[name, value] as const]
        }),
      ),
  )
}

/** A file that is no YAML says nothing: what is wrong with it, the build tells. */
async function fromYaml(text: string): Promise<readonly ReadonlyMap<string, string>[]> {
  const { parseAllDocuments } = await import("yaml")
  const documents = parseAllDocuments(text)
  if (!Array.isArray(documents)) return []
  return documents.flatMap((one) =>
    one.errors.length > 0 ? [] : [new Map(flat(one.toJS({ maxAliasCount: 100 }), ""))],
  )
}

function flat(value: unknown, name: string): readonly (readonly [string, string])[] {
  if (value === null || value === undefined) return []
  if (typeof value !== "object") return [[name, String(value)]]
  if (Array.isArray(value)) return value.flatMap((one, index) => flat(one, `${name}[${index}]`))
  return Object.entries(value).flatMap(([key, one]) => flat(one, name === "" ? key : `${name}.${key}`))
}
