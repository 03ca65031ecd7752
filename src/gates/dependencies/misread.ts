import { parse as parseToml } from "smol-toml"
import { parseAllDocuments } from "yaml"
import { repeatedKey } from "../engine/tree-tool/repeated-key.ts"
import { misspeltField, type Shape } from "./misspelt.ts"
import { otherNpmTarball, otherPnpmPackage, otherYarnTarball } from "./other-packages.ts"
import { strangeCharacters } from "./strange-characters.ts"

const value: Shape = "value"
const each = (of: Shape): Shape => ({ each: of })
const fields = (some: Readonly<Record<string, Shape>>): Shape => ({ fields: some })

const npmFlags = { version: value, resolved: value, dev: value, optional: value, devOptional: value }
const npmEntry = fields({ ...npmFlags, name: value, link: value })
const npmDependency: Shape = {
  fields: {
    ...npmFlags,
    // A dependency lists its own in the same form.
    get dependencies() {
      return each(npmDependency)
    },
  },
}
const composerEntry = fields({ name: value, version: value, dist: fields({ reference: value }) })
const pythonSource = fields({ type: value, resolved_reference: value, virtual: value, git: value })

/** What osv-scanner reads of each form, by the names that its reader gives. */
const jsonShapes: Readonly<Record<string, Shape>> = {
  "package-lock.json": fields({ packages: each(npmEntry), dependencies: each(npmDependency) }),
  "Pipfile.lock": fields({
    default: each(fields({ version: value })),
    develop: each(fields({ version: value })),
  }),
  "packages.lock.json": fields({
    dependencies: each(each(fields({ resolved: value, dependencies: value }))),
  }),
  "composer.lock": fields({ packages: each(composerEntry), "packages-dev": each(composerEntry) }),
}

const tomlEntry = { name: value, version: value }
const tomlShapes: Readonly<Record<string, Shape>> = {
  "poetry.lock": fields({
    package: each(fields({ ...tomlEntry, optional: value, groups: value, source: pythonSource })),
  }),
  "uv.lock": fields({
    package: each(fields({ ...tomlEntry, source: pythonSource, "optional-dependencies": value })),
  }),
  "pdm.lock": fields({ package: each(fields({ ...tomlEntry, groups: value, revision: value })) }),
  "Cargo.lock": fields({ package: each(fields(tomlEntry)) }),
}

/**
 * Why a lock file may name other packages to osv-scanner than to the package manager that installs by it: whoever writes such a file would have
 * a vulnerable package looked up as a harmless one. Undefined: both read the same, as far as is known.
 */
export function misread(form: string, text: string): string | undefined {
  if (text === "") return undefined
  const strange = strangeCharacters(form, text)
  if (strange !== undefined) return strange
  if (Object.hasOwn(jsonShapes, form)) return misreadJson(form, text)
  if (Object.hasOwn(tomlShapes, form)) return misreadToml(form, text)
  if (form === "pnpm-lock.yaml") return misreadPnpm(text)
  if (form === "bun.lock") return misreadBun(text)
  return form === "yarn.lock" ? otherYarnTarball(text) : undefined
}

function misreadJson(form: string, text: string): string | undefined {
  const lock = parsed(() => JSON.parse(text) as unknown)
  if (lock instanceof Unparsed) return `it is no JSON: ${lock.why}`
  const twice = repeatedKey(text)
  if (twice !== undefined) return `an object in it has ${twice} twice`
  const misspelt = misspeltField(lock, jsonShapes[form] ?? value)
  return misspelt ?? (form === "package-lock.json" ? otherNpmTarball(lock) : undefined)
}

function misreadToml(form: string, text: string): string | undefined {
  const lock = parsed(() => parseToml(text) as unknown)
  if (lock instanceof Unparsed) return `it is no TOML: ${lock.why}`
  return misspeltField(lock, tomlShapes[form] ?? value)
}

/** osv-scanner reads the first of several documents. */
function misreadPnpm(text: string): string | undefined {
  const [first, ...others] = parsedYaml(text)
  if (first === undefined) return undefined
  if (others.length > 0) return "it has more than one YAML document, of which osv-scanner reads the first"
  const error = first.errors[0]
  if (error !== undefined) return `it is no YAML: ${error.message.split("\n")[0] ?? ""}`
  const lock = parsed(() => first.toJS({ maxAliasCount: 0 }) as unknown)
  return lock instanceof Unparsed ? `it is no plain YAML: ${lock.why}` : otherPnpmPackage(lock)
}

function parsedYaml(text: string) {
  const documents = parseAllDocuments(text)
  return "empty" in documents ? [] : documents
}

/** bun.lock has commas behind last entries, which JSON has not; of its keys, one alone is read by its name. */
function misreadBun(text: string): string | undefined {
  const keys = [...text.matchAll(/"(?:[^"\\\n]|\\.)*"(?=\s*:)/g)].map(([key]) => key)
  const strange = keys.find(
    (key) => key.includes("\\") || (/^"packages"$/i.test(key) && key !== '"packages"'),
  )
  return strange === undefined
    ? undefined
    : `osv-scanner may read its key ${strange} as another one than bun does`
}

class Unparsed {
  readonly why: string
  constructor(why: string) {
    this.why = why
  }
}

function parsed(parse: () => unknown): unknown {
  try {
    return parse()
  } catch (cause) {
    return new Unparsed((cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "")
  }
}
