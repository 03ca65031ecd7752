/**
 * `node main.ts history SECONDS OUT PATCH [TAGS]` or `node main.ts tree SECONDS OUT DIRECTORY`
 *
 * Searches what git has written of a history (patch.ts) and of tags (tags.ts), or the files of a directory, with gitleaks. OUT gets NAME.json, a
 * report in gitleaks' own format with the places in the history or the directory, NAME.log as gitleaks wrote it, and
 * NAME.scan.json: what was looked at, and what was not. Ends with another code than 0 wherever not everything was looked
 * at, so that the engine does not cache it. No packages: it runs in any container with Node and gitleaks.
 */
import { spawnSync } from "node:child_process"
import {
  createReadStream,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { problemsIn } from "./log.ts"
import { PatchReader } from "./patch.ts"
import { tagTexts } from "./tags.ts"
import { type ReportedLeak, Texts } from "./texts-on-disk.ts"

/** Larger files are named as not searched. */
const mostBytes = 512 * 1024 * 1024

const kinds = ["history", "tree"] as const
type Kind = (typeof kinds)[number]

async function scan(kind: Kind, seconds: number, out: string, input: string, tags?: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "texts-"))
  try {
    const texts = new Texts(directory)
    const commits = kind === "history" ? await addHistory(texts, input) : addTree(texts, input)
    if (tags !== undefined) for (const text of tagTexts(readFileSync(tags))) texts.add(text)
    const report = join(out, `${kind}.json`)
    // Written by gitleaks at its end: what an earlier scan has left must not be taken for it.
    rmSync(report, { force: true })
    const log = gitleaks(directory, report, seconds)
    const leaks = JSON.parse(readFileSync(report, "utf8")) as ReportedLeak[]
    writeFileSync(report, `${JSON.stringify(texts.placed(leaks), undefined, 1)}\n`)
    writeFileSync(join(out, `${kind}.log`), log)
    const { count, guesses } = texts
    const looked = { commits, texts: count, unsearched: unique(texts.unsearched), guesses }
    writeFileSync(join(out, `${kind}.scan.json`), `${JSON.stringify(looked, undefined, 1)}\n`)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** The number of commits. Lines are bytes: a history may hold any encoding. */
async function addHistory(texts: Texts, patch: string): Promise<number> {
  const reader = new PatchReader((fragment) => {
    const { absent, file } = fragment
    if (absent === undefined) texts.add(fragment)
    else texts.leaveOut({ file, why: absent })
  })
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(patch, { highWaterMark: 1 << 20 })) {
    let bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer])
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a)) {
      reader.line(bytes.subarray(0, end))
      bytes = bytes.subarray(end + 1)
    }
    rest = bytes
  }
  if (rest.length > 0) reader.line(rest)
  reader.end()
  return reader.commits
}

function addTree(texts: Texts, root: string): undefined {
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    // A link's target is in the tree itself, or no part of it.
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const file = relative(root, path)
    if (statSync(path).size > mostBytes) texts.leaveOut({ file, why: "larger than 512 MiB" })
    else texts.add({ file, hunks: [{ line: 1, lines: [readFileSync(path)] }] })
  }
}

/**
 * What gitleaks logs. Findings do not fail it (--exit-code 0).
 * @param seconds after which it counts as hanging.
 * @throws where it did not look at everything
 */
function gitleaks(directory: string, report: string, seconds: number): string {
  const args = [
    ...["dir", ".", "--config", join(import.meta.dirname, "gitleaks.toml")],
    // Comments and files in what is searched that would switch it off are not obeyed.
    ...["--ignore-gitleaks-allow", "--gitleaks-ignore-path", "/nowhere", "--timeout", String(seconds)],
    ...["--redact=100", "--no-banner", "--no-color", "--exit-code", "0"],
    ...["--report-format", "json", "--report-path", report],
  ]
  const { status, signal, error, stderr } = spawnSync("gitleaks", args, {
    cwd: directory,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    maxBuffer: 1 << 28,
  })
  const ended = error?.message ?? (signal === null ? `exit code ${status}` : signal)
  if (status !== 0) throw new Error(`gitleaks ended with ${ended}: ${lastLines(stderr)}`)
  const problems = problemsIn(stderr)
  if (problems.length > 0)
    throw new Error(`gitleaks did not look at everything: ${lastLines(problems.join("\n"))}`)
  return stderr
}

function lastLines(text: string | null): string {
  return (text ?? "").trimEnd().split("\n").slice(-6).join("\n")
}

function unique<T>(list: readonly T[]): T[] {
  return [...new Map(list.map((one) => [JSON.stringify(one), one])).values()]
}

if (import.meta.main) {
  const [kind, seconds, out, input, tags] = process.argv.slice(2)
  const known = kinds.find((name) => name === kind)
  if (known === undefined || out === undefined || input === undefined)
    throw new Error("usage: main.ts history|tree SECONDS OUT INPUT [TAGS]")
  await scan(known, Number(seconds), out, input, tags)
}
