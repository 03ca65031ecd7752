import { matchesGlob, posix } from "node:path"
import type { SourceTree } from "../detected.ts"
import type { Instruction } from "./instructions.ts"

/** Directories that hold what an image is made by, and not what it is made of; one below them is a variant: `docker/alpine`. */
const aside =
  /(?:^|\/)(?:docker|dockerfiles?|build|deploy|deployment|deployments|ci|package|packaging)(?:\/[^/]+)?$/

/** Where a Dockerfile is built from; or why it cannot be built from the source. */
export type Context =
  | {
      readonly directory: string
      /** The component: the directory of the Dockerfile, or the one that it is built from where it lies aside. */
      readonly path: string
    }
  | { readonly lacks: string }

/** The nearest directory, its own or one above, that has all that it copies. */
export function contextOf(file: string, all: readonly Instruction[], tree: SourceTree): Context {
  const own = posix.dirname(file)
  const values = argumentsOf(all)
  const copies = all.flatMap((one) => copyOf(one, values))
  const open = copies.flat().find((one) => one.unknown !== undefined)
  if (open !== undefined) return { lacks: `it copies ${open.path}, and ${open.unknown} has no value` }
  const directories = [own, ...above(own)]
  const lacking = (directory: string) => copies.find((sources) => !areThere(sources, directory, tree))
  const directory = directories.find((one) => lacking(one) === undefined)
  if (directory === undefined)
    return { lacks: `it copies ${lacking(own)?.[0]?.path}, which is not in the source` }
  return { directory, path: directory !== own && aside.test(own) ? directory : own }
}

/** What a Dockerfile takes from its context by name; `.` names nothing. */
export function copiedPaths(all: readonly Instruction[]): readonly string[] {
  const values = argumentsOf(all)
  return all.flatMap((one) => copyOf(one, values).flatMap((sources) => sources.map(({ path }) => path)))
}

/** One path that an instruction takes from the context. */
interface Source {
  readonly path: string
  /** The argument in it that has no value. */
  readonly unknown?: string | undefined
}

/** The sources of one instruction. */
type Sources = readonly Source[]

/** Of patterns, one has to match: `COPY package.json yarn.lock* ./`. Everything else has to be there. */
function areThere(sources: Sources, directory: string, tree: SourceTree): boolean {
  const isPattern = ({ path }: Source) => /[*?[]/.test(path)
  const matches = (one: Source) => isThere(posix.join(directory, one.path), tree)
  const plain = sources.filter((one) => !isPattern(one))
  return plain.every(matches) && (plain.length > 0 || sources.length === 0 || sources.some(matches))
}

function isThere(path: string, { paths, everything = paths }: SourceTree): boolean {
  if (path === ".") return true
  if (/[*?[]/.test(path)) {
    const depth = path.split("/").length
    return everything.some((one) => matchesGlob(one.split("/").slice(0, depth).join("/"), path))
  }
  return everything.some((one) => one === path || one.startsWith(`${path}/`))
}

/** What COPY and ADD take from the context, and what RUN mounts of it. */
function copyOf({ text }: Instruction, values: ReadonlyMap<string, string | null>): readonly Sources[] {
  const [word = "", ...rest] = text.split(/\s+/)
  const mounted = /^RUN$/i.test(word) ? rest.flatMap(mountedFrom) : []
  if (mounted.length > 0) return [mounted.flatMap((one) => sourceOf(one, values))]
  if (!/^(?:COPY|ADD)$/i.test(word) || rest.some((one) => /^--(?:from=|parents\b)/.test(one))) return []
  const words = rest.filter((one) => !one.startsWith("--"))
  const list = words[0]?.startsWith("[") === true ? (/\[(.*)\]/.exec(text)?.[1]?.split(",") ?? []) : words
  const found = list
    .slice(0, -1)
    .flatMap((one) => sourceOf(one.trim().replaceAll(/^["']|["']$/g, ""), values))
  return found.length === 0 ? [] : [found]
}

function mountedFrom(option: string): readonly string[] {
  const mount = new Map(
    (/^--mount=(\S+)$/.exec(option)?.[1] ?? "").split(",").map((one) => {
      const [key = "", value = ""] = one.split("=")
      return [key, value] as const
    }),
  )
  const source = mount.get("source") ?? mount.get("src")
  const isOfContext = (mount.get("type") ?? "bind") === "bind" && !mount.has("from")
  return source !== undefined && isOfContext ? [source] : []
}

function sourceOf(text: string, values: ReadonlyMap<string, string | null>): Sources {
  // A text of its own, an address, or a form that is not read here.
  if (text.startsWith("<<") || text.includes("://") || text.startsWith("git@")) return []
  let unknown: string | undefined
  const path = text.replaceAll(/\$\{(\w+)\}|\$(\w+)/g, (whole, braced?: string, plain?: string) => {
    const name = braced ?? plain ?? ""
    const value = values.get(name)
    if (value === null) unknown ??= name
    return value ?? whole
  })
  if (unknown !== undefined) return [{ path: text, unknown }]
  if (path.includes("$")) return []
  const clean = posix.normalize(path).replace(/^\/+|\/+$/g, "")
  return clean === "" || clean === "." || clean.startsWith("..") ? [] : [{ path: clean }]
}

/** Arguments and their defaults; null: it has none, and a build without a value of it copies nothing. */
function argumentsOf(all: readonly Instruction[]): ReadonlyMap<string, string | null> {
  const values = new Map<string, string | null>()
  for (const { text } of all) {
    const [, name, value] = /^ARG\s+(\w+)(?:=(\S*))?/i.exec(text) ?? []
    // The builder itself has a value for these: TARGETARCH, BUILDPLATFORM.
    if (name === undefined || /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/.test(name)) continue
    const plain = value?.replaceAll(/^["']|["']$/g, "")
    values.set(name, plain ?? values.get(name) ?? null)
  }
  for (const { text } of all)
    for (const [, name = ""] of /^ENV\s/i.test(text) ? text.matchAll(/\s(\w+)=/g) : []) values.delete(name)
  return values
}

function above(directory: string): readonly string[] {
  if (directory === ".") return []
  const parent = posix.dirname(directory)
  return [parent, ...above(parent)]
}
