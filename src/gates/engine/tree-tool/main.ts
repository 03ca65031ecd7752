/**
 * `node main.ts REQUEST OUT ROOT`: runs a linter over files of a tree, some at a time, each time as run-tool.ts does. REQUEST
 * is a JSON file (TreeToolRequest). OUT gets report-1.txt, report-2.txt, … as the linter wrote them, and looked.json: its version, what it was
 * given, and the comments that would have switched it off. Fails where it came to no judgement of all of them. No packages: it runs
 * in any container with Node and the linter.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { codeAt, codeIn, type FileCode } from "../code-digests.ts"
import { runTool } from "../run-tool.ts"
import { shellsOf, type Unlinted } from "./dockerfile-shells.ts"

export interface TreeToolRequest {
  readonly command: string
  readonly args: readonly string[]
  /** Exit codes that are a judgement. */
  readonly judged: readonly number[]
  /** Seconds after which it counts as hanging. */
  readonly seconds: number
  /** How it is asked for its version, and where that stands in what it prints: the first group. */
  readonly version: { readonly args: readonly string[]; readonly pattern: string }
  /** Below ROOT. */
  readonly files: readonly string[]
  /** Arguments that some of them need beside `args`. Default: none. */
  readonly apart?: readonly { readonly args: readonly string[]; readonly files: readonly string[] }[]
  /** Comments that would switch it off. They are listed. Default: it knows none. */
  readonly silencer?: readonly Chain[]
  /** The files are Dockerfiles: what hadolint keeps from ShellCheck is given to it, or listed. Default: false. */
  readonly dockerfiles?: boolean
  /** What is written over in files with such comments before they are judged, where no option makes the linter ignore them. */
  readonly rewrite?: readonly Rewrite[]
  /** Each file is a run of its own: the linter ends at the first one that it cannot read, or says of one what it saw in another. */
  readonly oneByOne?: boolean
  /**
   * How it ends where it cannot read a file of a run of its own, what it says then, and where the line stands in that: the first groups.
   * Default: it reports that.
   */
  readonly unreadable?: { readonly exitCode: number; readonly pattern: string; readonly line: string }
  /** Where its report, or a list in it, names the file of an entry that has a `line`, and the last line that it is about. Default: it tells itself what stands there. */
  readonly places?: { readonly list?: string; readonly file: string; readonly last?: string }
  /** Files that need only be there. Those that are not are made, and are empty. */
  readonly placeholders?: readonly string[]
  /** Settings of the tree that it would stop at, although it does not obey them: they are taken away. */
  readonly removed?: readonly string[]
}

/**
 * Regular expressions that match one behind the other in a line: first the linter's name. One expression for all of it would try again from
 * each `#` of a line, which takes half a minute for a rule of 80 kB that somebody has drawn.
 */
export type Chain = readonly string[]

/** Each match of `pattern` is changed by `replace`, in order. Lines and columns stay. */
export interface Rewrite {
  readonly pattern: string
  readonly replace: readonly (readonly [pattern: string, by: string])[]
}

interface Silencer {
  readonly file: string
  readonly line: number
  /** The line, shortened. */
  readonly text: string
}

/** A file, or a part of one, that it did not judge. */
interface NotJudged {
  readonly file: string
  readonly line?: number
  readonly why: string
  readonly refuses?: true
  /** What stands in it, as a digest. */
  readonly code?: string
}

interface Batch {
  readonly report: string
  readonly exitCode: number
  readonly files: readonly string[]
}

/** A command line holds some thousand paths; reports stay small enough to be read by people. */
const filesAtOnce = 200
const shown = 200
const longest = 600
const lastLines = 10

function readRequest(text: string): TreeToolRequest {
  return JSON.parse(text) as TreeToolRequest
}

/** Version of the linter, as it says. @throws where it says none */
function versionOf({ command, version }: Pick<TreeToolRequest, "command" | "version">): string {
  const { stdout, stderr, error } = spawnSync(command, [...version.args], {
    encoding: "utf8",
    timeout: 60_000,
  })
  if (error !== undefined) throw new Error(`${command} could not be started: ${error.message}`)
  const said = `${stdout}${stderr}`
  const found = new RegExp(version.pattern).exec(said)?.[1]
  if (found === undefined)
    throw new Error(`${command} does not say its version: ${said.trim().slice(0, shown)}`)
  return found
}

/** Comments that would switch the linter off. Bytes of any encoding are read as they are. */
export function silencersIn(file: string, text: string, chains: readonly Chain[]): readonly Silencer[] {
  const wanted = chains.map((chain) => chain.map((pattern) => new RegExp(pattern, "g")))
  return text
    .split("\n")
    .flatMap((line, index) =>
      wanted.some((chain) => follow(chain, line))
        ? [{ file, line: index + 1, text: line.trim().slice(0, shown) }]
        : [],
    )
}

/** The first match of each is enough: what follows a later one follows that, too. */
function follow(chain: readonly RegExp[], line: string): boolean {
  let from = 0
  return chain.every((pattern) => {
    pattern.lastIndex = from
    const found = pattern.test(line)
    from = pattern.lastIndex
    return found
  })
}

export function rewritten(text: string, all: readonly Rewrite[]): string {
  return all.reduce(
    (before, { pattern, replace }) =>
      before.replaceAll(new RegExp(pattern, "g"), (match) =>
        replace.reduce((changed, [what, by]) => changed.replaceAll(new RegExp(what, "g"), by), match),
      ),
    text,
  )
}

/** Makes what it looks for, and takes away what it is not to find. */
function furnish(root: string, { placeholders = [], removed = [] }: TreeToolRequest): void {
  for (const path of removed) rmSync(join(root, path), { recursive: true, force: true })
  for (const path of placeholders) {
    if (existsSync(join(root, path))) continue
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), "")
  }
}

function prepare(root: string, request: TreeToolRequest) {
  furnish(root, request)
  const { files, silencer = [], rewrite = [], dockerfiles = false } = request
  const silencers: Silencer[] = []
  const empty: string[] = []
  const notLooked: NotJudged[] = []
  for (const file of files) {
    const path = join(root, file)
    if (statSync(path).size === 0) empty.push(file)
    const text = readFileSync(path, "latin1")
    const found = silencersIn(file, text, silencer)
    silencers.push(...found)
    const awake = found.length > 0 ? rewritten(text, rewrite) : text
    const { text: judged, unlinted } = dockerfiles ? shellsOf(awake) : { text: awake, unlinted: [] }
    notLooked.push(...unlinted.map((one: Unlinted) => ({ file, ...one })))
    if (judged !== text) writeFileSync(path, judged, "latin1")
  }
  return { silencers, empty, notLooked }
}

/** An exit code that means findings may mean a failure as well: then there is no JSON, and what it said last tells why. */
function whyNoReport(run: string): string | undefined {
  try {
    JSON.parse(readFileSync(join(run, "stdout.txt"), "utf8"))
    return undefined
  } catch (thrown) {
    const said = readFileSync(join(run, "stderr.txt"), "utf8").trim()
    return said === "" ? String(thrown) : said.split("\n").slice(0, lastLines).join("\n")
  }
}

/** What it says of the one file of a run that it cannot read; undefined where it has ended for another reason. */
function unreadFile(
  run: string,
  exitCode: number,
  files: readonly string[],
  { unreadable }: TreeToolRequest,
): NotJudged | undefined {
  const [file, ...others] = files
  if (exitCode !== unreadable?.exitCode || file === undefined || others.length > 0) return undefined
  const said = new RegExp(unreadable.pattern).exec(readFileSync(join(run, "stderr.txt"), "utf8"))?.[1]
  if (said === undefined) return undefined
  const line = Number(new RegExp(unreadable.line).exec(said)?.[1] ?? 0)
  // Where it ends too early, that is below its last line.
  const last = readFileSync(file, "latin1").trimEnd().split("\n").length
  const why = said.replaceAll(/\s+/g, " ").trim().slice(0, longest)
  return {
    file,
    ...(line > 0 ? { line: Math.min(line, last) } : {}),
    why,
    refuses: true,
    code: codeAt(".", file),
  }
}

/** What stands where a report says that something is wrong, as the linter was given it. Nothing where it has another shape: that is told where it is read. */
function codeOfReport(text: string, { places, dockerfiles }: TreeToolRequest): readonly FileCode[] {
  if (places === undefined) return []
  const { list, file: name, last: end } = places
  const report = JSON.parse(text) as unknown
  const entries = list === undefined ? report : (report as Record<string, unknown> | null)?.[list]
  if (!Array.isArray(entries)) return []
  const files = new Map<string, Map<string, readonly [number, number]>>()
  for (const one of entries as (Record<string, unknown> | null)[]) {
    const [file, line] = [one?.[name], one?.line]
    if (typeof file !== "string" || typeof line !== "number") continue
    const stated = end === undefined ? undefined : one?.[end]
    const last = typeof stated === "number" ? stated : line
    files.set(file, (files.get(file) ?? new Map()).set(`${line}-${last}`, [line, last]))
  }
  const asked = [...files].map(([file, lines]) => ({ file: normalize(file), lines: [...lines.values()] }))
  return codeIn(".", asked, dockerfiles)
}

/** Files that are given at once, and the arguments. */
function portions({ args, files, apart = [], oneByOne = false }: TreeToolRequest) {
  const atOnce = oneByOne ? 1 : filesAtOnce
  const own = new Set(apart.flatMap((some) => some.files))
  const groups = [
    { args, files: files.filter((file) => !own.has(file)) },
    ...apart.map((some) => ({ args: [...args, ...some.args], files: some.files })),
  ]
  return groups.flatMap((group) =>
    Array.from({ length: Math.ceil(group.files.length / atOnce) }, (_, index) => ({
      args: group.args,
      files: group.files.slice(index * atOnce, (index + 1) * atOnce),
    })),
  )
}

/** 0 where the linter judged all files. */
export async function lintTree(request: TreeToolRequest, out: string, root: string): Promise<number> {
  const version = versionOf(request)
  const { silencers, empty, notLooked } = prepare(root, request)
  const batches: Batch[] = []
  const code: FileCode[] = []
  process.chdir(root)
  for (const { args: before, files } of portions(request)) {
    const report = `report-${batches.length + 1}.txt`
    const { command, judged, seconds } = request
    // What begins with a dash is an option: `./-x.sh` is a file.
    const args = [...before, ...files.map((file) => `./${file}`)]
    const ended = await runTool({ judged, seconds, out: join(out, "run"), command, args })
    if (ended !== 0) return ended
    const { exitCode } = JSON.parse(readFileSync(join(out, "run", "run.json"), "utf8")) as Batch
    const unread = unreadFile(join(out, "run"), exitCode, files, request)
    if (unread !== undefined) {
      notLooked.push(unread)
      continue
    }
    const why = whyNoReport(join(out, "run"))
    if (why !== undefined) {
      process.stderr.write(`${command} ended with exit code ${exitCode} and wrote no report: ${why}\n`)
      return 1
    }
    code.push(...codeOfReport(readFileSync(join(out, "run", "stdout.txt"), "utf8"), request))
    renameSync(join(out, "run", "stdout.txt"), join(out, report))
    batches.push({ report, exitCode, files })
  }
  rmSync(join(out, "run"), { recursive: true, force: true })
  writeFileSync(
    join(out, "looked.json"),
    `${JSON.stringify({ version, batches, silencers, empty, notLooked, code }, undefined, 1)}\n`,
  )
  return 0
}

if (import.meta.main) {
  const [request = "", out = "", root = ""] = process.argv.slice(2)
  const asked = readRequest(readFileSync(request, "utf8"))
  process.exitCode = await lintTree(asked, out, root).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  })
}
