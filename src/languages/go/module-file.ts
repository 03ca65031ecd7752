import { SignalboxError } from "../../domain/index.ts"
import type { AskedVersion } from "./version.ts"

/** A module at a version, as go.mod requires it. */
export interface Required {
  readonly path: string
  readonly version: string
  readonly line: number
}

/** `replace OLD [VERSION] => NEW [VERSION]`; without a version the new one is a directory. */
export interface Replaced {
  readonly path: string
  readonly version: string | undefined
  readonly by: string
  readonly byVersion: string | undefined
  readonly line: number
}

/** What go.mod or go.work says. */
export interface ModuleFile {
  /** Path of the module; empty in go.work. */
  readonly module: string
  readonly asked: readonly AskedVersion[]
  readonly required: readonly Required[]
  readonly replaced: readonly Replaced[]
  /** Directories of go.work's `use`. */
  readonly used: readonly { readonly directory: string; readonly line: number }[]
}

interface Directive {
  readonly words: readonly string[]
  readonly line: number
}

/** The grammar of go.mod: directives by line, or several of one kind in a block. @throws CONFIG_INVALID */
export function readModuleFile(text: string, file: string): ModuleFile {
  const directives = directivesIn(text, file)
  const named = (name: string) => directives.filter(({ words }) => words[0] === name)
  return {
    module: named("module")[0]?.words[1] ?? "",
    asked: [...named("go"), ...named("toolchain")].flatMap(({ words: [name, version = ""], line }) =>
      // `toolchain default` is whatever Go there is.
      /^(?:go)?\d/.test(version)
        ? [{ directive: name === "go" ? ("go" as const) : ("toolchain" as const), version, line }]
        : [],
    ),
    required: named("require").map(({ words: [, path = "", version = ""], line }) => ({
      ...{ path, version, line },
    })),
    replaced: named("replace").map((one) => replacement(one, file)),
    used: named("use").map(({ words: [, directory = ""], line }) => ({ directory, line })),
  }
}

function directivesIn(text: string, file: string): readonly Directive[] {
  const found: Directive[] = []
  let block: string | undefined
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const words = wordsOf(raw)
    const line = index + 1
    const [first = ""] = words
    if (words.length === 0) continue
    if (block !== undefined) {
      if (first === ")") block = undefined
      else found.push({ words: [block, ...words], line })
    } else if (words[1] === "(") block = first
    else found.push({ words, line })
  }
  if (block === undefined) return found
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${file} cannot be read`,
    where: file,
    why: `the block ${block} ( has no end`,
  })
}

/** Words of a line without its comment; quotes are taken away. */
function wordsOf(line: string): readonly string[] {
  const words = line.match(/"(?:[^"\\]|\\.)*"|`[^`]*`|\/\/.*$|\(|\)|[^\s()"`]+/g) ?? []
  const end = words.findIndex((word) => word.startsWith("//"))
  return (end < 0 ? words : words.slice(0, end)).map((word) => word.replace(/^(["`])(.*)\1$/, "$2"))
}

function replacement({ words, line }: Directive, file: string): Replaced {
  const arrow = words.indexOf("=>")
  const [, path = "", version] = words.slice(0, arrow)
  const [by = "", byVersion] = words.slice(arrow + 1)
  if (arrow < 2 || by === "")
    throw new SignalboxError("CONFIG_INVALID", {
      what: `${file} cannot be read`,
      where: `${file}:${line}`,
      why: `${words.join(" ")} is no replacement`,
    })
  return { path, version, by, byVersion, line }
}

/** Whether a replacement is a directory of the source rather than a module. */
export function isDirectory({ by, byVersion }: Replaced): boolean {
  return byVersion === undefined && /^(?:\.{1,2}(?:\/|$)|\/)/.test(by)
}

/** The modules that a build takes from a proxy: what go.mod requires, with its replacements by other modules. */
export function downloadedModules({ required, replaced }: ModuleFile, own: ReadonlySet<string> = new Set()) {
  return required.flatMap((one): Required[] => {
    if (own.has(one.path)) return []
    const found =
      replaced.find(({ path, version }) => path === one.path && version === one.version) ??
      replaced.find(({ path, version }) => path === one.path && version === undefined)
    if (found === undefined) return [one]
    return found.byVersion === undefined ? [] : [{ path: found.by, version: found.byVersion, line: one.line }]
  })
}

/** Required modules of which go.sum does not have the hash: `-mod=readonly` refuses them, one at a time. */
export function withoutSum(modules: readonly Required[], sums: string): readonly Required[] {
  const known = new Set(
    sums.split(/\r?\n/).map((line) => {
      const [path = "", version = ""] = line.split(" ")
      return `${path} ${version.replace(/\/go\.mod$/, "")}`
    }),
  )
  return modules.filter(({ path, version }) => !known.has(`${path} ${version}`))
}
