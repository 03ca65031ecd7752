import { posix } from "node:path"
import { type Job, reasonMark } from "./job.ts"

const most = 8

/** What of Maven's output says why it failed, each line once, with places as the source tree has them. */
export function reasonsIn(output: string, job: Pick<Job, "root" | "place">): readonly string[] {
  const plain = output.replaceAll(/\u001b\[[0-9;]*m/g, "").split("\n")
  const errors = plain.flatMap((line) => /^\[(?:ERROR|FATAL)\]\s*(\S.*)$/.exec(line)?.[1] ?? [])
  const compiler = errors.filter((line) => located.test(line))
  const chosen = compiler.length > 0 ? compiler : errors.filter((line) => !isHelp(line))
  const poms = pomsOf(errors)
  const lines = chosen.map((line) => placed(inPom(line, poms), job))
  return [...new Set(lines)].slice(0, most)
}

const located = /^(\/\S.*):\[(\d+)(?:,(\d+))?\] (.*)$/

const help = /\s*-> \[Help \d+\]\s*$/

/**
 * The pom of each message that names only a line. Maven says them twice: as it meets them, and once more below the project
 * that they are of.
 */
function pomsOf(errors: readonly string[]): ReadonlyMap<string, string> {
  const poms = new Map<string, string>()
  let pom: string | undefined
  for (const line of errors) {
    pom = /^The project \S+ \((\S+)\) has \d+ errors?/.exec(line)?.[1] ?? pom
    if (pom !== undefined) poms.set(line.replace(help, ""), pom)
  }
  return poms
}

function inPom(line: string, poms: ReadonlyMap<string, string>): string {
  const pom = poms.get(line.replace(help, ""))
  return pom === undefined ? line : line.replace(/@ line (\d+), column \d+/, `@ ${pom}:$1`)
}

/** What Maven adds to every failure. */
function isHelp(line: string): boolean {
  return (
    /^(?:->|To see the full stack trace|Re-run Maven|For more information about the errors|After correcting)/.test(
      line,
    ) || /^\[Help \d\]/.test(line)
  )
}

function placed(line: string, { root, place }: Pick<Job, "root" | "place">): string {
  const [, file, at, column, message] = located.exec(line) ?? []
  const text =
    file === undefined ? line : `${file}:${at}${column === undefined ? "" : `:${column}`}: ${message ?? ""}`
  return text
    .replaceAll(`${root}/`, place === "." ? "" : `${place}/`)
    .replaceAll(/@ (\S*pom\.xml), line (\d+), column \d+/g, "@ $1:$2")
    .replace(help, "")
}

/** Prints why, so that `mavenReason` finds it, whatever Maven has printed after it. */
export function tell(what: string, reasons: readonly string[]): void {
  process.stderr.write(`\n${[what, ...reasons].map((line) => `${reasonMark}${line}`).join("\n")}\n`)
}

/** A path as reports name it: below the component, or beside it (`../rates/…`). */
export function besideComponent(file: string, job: Pick<Job, "component">): string {
  return posix.relative(job.component, file)
}
