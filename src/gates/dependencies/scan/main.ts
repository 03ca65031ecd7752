/**
 * `node main.ts REQUEST OUT ROOT`: runs osv-scanner over lock files of a tree, as run-tool.ts does, with the databases below
 * OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY and nothing else. REQUEST is a JSON file (ScanRequest). OUT gets report-1.json, log-1.txt, … as it wrote
 * them, and looked.json: its version, what it was given, and the lock files that it could not read, without which it was run again. Fails
 * where it came to no judgement of all others. No packages: it runs in any container with Node and the scanner.
 */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { runTool } from "../../engine/run-tool.ts"

export interface ScanRequest {
  readonly command: string
  /** Before the lock files. */
  readonly args: readonly string[]
  /** Seconds after which it counts as hanging. */
  readonly seconds: number
  readonly files: readonly GivenFile[]
}

interface GivenFile {
  /** Below ROOT. */
  readonly file: string
  /** Name under which the scanner knows its form. */
  readonly form: string
}

export interface Looked {
  readonly version: string
  readonly batches: readonly {
    readonly report: string
    readonly log: string
    readonly exitCode: number
    readonly files: readonly string[]
  }[]
  readonly unread: readonly { readonly file: string; readonly why: string }[]
}

/** 0 is clean, 1 is findings, 128 is no package in any of the files, 127 is any failure, a lock file that it cannot read among them. */
const judged = [0, 1, 128, 127]
const failed = 127
/** A command line holds some thousand paths; a report with every package of some hundred files is read by people no more. */
const filesAtOnce = 300
const longest = 400

function versionOf(command: string): string {
  const { stdout, stderr, error } = spawnSync(command, ["--version"], { encoding: "utf8", timeout: 60_000 })
  if (error !== undefined) throw new Error(`${command} could not be started: ${error.message}`)
  const found = /osv-scanner version: (\S+)/.exec(`${stdout}${stderr}`)?.[1]
  if (found === undefined)
    throw new Error(`${command} does not say its version: ${`${stdout}${stderr}`.trim().slice(0, longest)}`)
  return found
}

/** Files whose reading the log tells of: `Scanned PATH file as a FORM and found 3 packages`. */
function readIn(log: string, files: readonly GivenFile[], root: string): ReadonlySet<string> {
  const lines = new Set(
    log
      .split("\n")
      .map((line) => /^Scanned (.*) file as a \S+ and found \d+ packages?$/.exec(line.trim())?.[1]),
  )
  return new Set(files.map(({ file }) => file).filter((file) => lines.has(join(root, file))))
}

/** What it says beside the files that it has read. */
function saidIn(log: string): string {
  const said = log.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("Scanned "))
  return said.join(" ").replaceAll(/\s+/g, " ").trim()
}

/**
 * The file that it could not read, and why: files are read in order, the log names each that was read, and it ends with the first that was not.
 * Undefined: it failed otherwise.
 */
export function brokenFile(
  log: string,
  files: readonly GivenFile[],
  root: string,
): (GivenFile & { readonly why: string }) | undefined {
  const read = readIn(log, files, root)
  const broken = files.find(({ file }) => !read.has(file))
  const [, why] = /\(extracting as [^)]*\)\s*(.*)$/.exec(saidIn(log)) ?? []
  return broken === undefined || why === undefined ? undefined : { ...broken, why: why.slice(0, longest) }
}

async function scanOnce(
  request: ScanRequest,
  files: readonly GivenFile[],
  run: string,
  root: string,
): Promise<number | undefined> {
  const { command, args, seconds } = request
  const named = files.map(({ file, form }) => `--lockfile=${form}:${join(root, file)}`)
  rmSync(run, { recursive: true, force: true })
  const code = await runTool({ judged, seconds, out: run, command, args: [...args, ...named] })
  if (code !== 0) return undefined
  return (JSON.parse(readFileSync(join(run, "run.json"), "utf8")) as { readonly exitCode: number }).exitCode
}

/** 0 where the scanner judged all files that it could read. */
export async function scanTree(request: ScanRequest, out: string, root: string): Promise<number> {
  const version = versionOf(request.command)
  const batches: Looked["batches"][number][] = []
  const unread: Looked["unread"][number][] = []
  const run = join(out, "run")
  for (let at = 0; at < request.files.length; at += filesAtOnce) {
    let files = request.files.slice(at, at + filesAtOnce)
    while (files.length > 0) {
      const exitCode = await scanOnce(request, files, run, root)
      if (exitCode === undefined) return 1
      const log = readFileSync(join(run, "stderr.txt"), "utf8")
      if (exitCode === failed) {
        const broken = brokenFile(log, files, root)
        if (broken === undefined) {
          process.stderr.write(
            `${request.command} ended with exit code ${exitCode}: ${log.trim().split("\n").slice(-10).join("\n")}\n`,
          )
          return 1
        }
        unread.push({ file: broken.file, why: broken.why })
        files = files.filter(({ file }) => file !== broken.file)
        continue
      }
      const number = batches.length + 1
      renameSync(join(run, "stdout.txt"), join(out, `report-${number}.json`))
      renameSync(join(run, "stderr.txt"), join(out, `log-${number}.txt`))
      batches.push({
        report: `report-${number}.json`,
        log: `log-${number}.txt`,
        exitCode,
        files: files.map(({ file }) => file),
      })
      break
    }
  }
  if (existsSync(run)) rmSync(run, { recursive: true })
  const looked: Looked = { version, batches, unread }
  writeFileSync(join(out, "looked.json"), `${JSON.stringify(looked, undefined, 1)}\n`)
  return 0
}

if (import.meta.main) {
  const [request = "", out = "", root = ""] = process.argv.slice(2)
  const asked = JSON.parse(readFileSync(request, "utf8")) as ScanRequest
  process.exitCode = await scanTree(asked, out, root).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  })
}
