import { SignalboxError } from "../../domain/index.ts"

const lastLines = 8
/** Characters of one line that a message quotes. */
const longest = 400

/** How a scanner ended. */
export interface ScanEnd {
  readonly exitCode: number
  /** Absent: it ended by itself. */
  readonly stoppedAfter?: string
  /** What it said. */
  readonly log: string
}

/**
 * Why a scanner sent no analysis; undefined where it ended with 0. Its exit code is 1 for all that it can say in words: those
 * are kept, and what is known of them is told with what to do.
 */
export function toolFailure(scan: ScanEnd, server: string | null): SignalboxError | undefined {
  const { exitCode, stoppedAfter, log } = scan
  if (stoppedAfter === undefined && exitCode === 0) return undefined
  const where = server ?? "the server of this call"
  if (stoppedAfter !== undefined)
    return new SignalboxError("TOOL_FAILED", {
      what: `the SonarQube scanner did not end within ${stoppedAfter}`,
      where,
      why: lastOf(log),
      next: "look at its log; leave large generated files out: gates.quality.exclude",
    })
  if (exitCode > 128)
    return new SignalboxError("TOOL_FAILED", {
      what: "the SonarQube scanner was killed before it had sent its analysis",
      where,
      why: `it was ended by signal ${exitCode - 128}${exitCode === 137 ? ": it was killed, or ran out of memory" : ""}`,
      next: "call again; with more memory for the engine",
    })
  return known(log, where) ?? failed(exitCode, log, where)
}

function failed(exitCode: number, log: string, where: string): SignalboxError {
  return new SignalboxError("TOOL_FAILED", {
    what: `the SonarQube scanner ended with ${exitCode}`,
    where,
    why: errorOf(log) ?? lastOf(log),
    next: "look at its log among the gate's reports",
  })
}

/** Sentences of the scanner 8.1 and of the engine that it gets from the server. */
function known(log: string, where: string): SignalboxError | undefined {
  const why = errorOf(log)
  if (why === undefined) return undefined
  if (goneAway.test(why))
    return new SignalboxError("SERVER_UNREACHABLE", {
      what: "the SonarQube server went away while the scanner ran",
      where,
      why,
      next: "start it again, and call again",
    })
  if (/not authorized|HTTP (?:code )?40[13]|insufficient privileges|permission/i.test(why))
    return new SignalboxError("SERVER_REFUSED", {
      what: "the SonarQube server refused the scanner",
      where,
      why,
      next: "give the token's user the permission Execute Analysis on the project",
    })
  return undefined
}

const goneAway =
  /Connection (?:refused|reset)|UnknownHost|Connect(?:ion)? ?timed? ?out|Failed to connect|can not be reached|unexpected end of stream|Call to (?:server|URL) .* failed|header parser received no bytes|\bEOF\b|ClosedChannel|timeout/i

/**
 * What it says of its error: the line, what it lists below it, and the innermost causes of the exception below it. The places in
 * its own program, which would be the last lines, tell nobody anything.
 */
function errorOf(log: string): string | undefined {
  const lines = log.split("\n")
  // A library of an analyser may call a hint an error, with its own name in brackets, also in a scan that succeeds.
  const at = lines.findLastIndex((line) => /\bERROR\b(?! +\[)/.test(line))
  const first = lines[at]
  if (first === undefined) return undefined
  const below = lines.slice(at + 1)
  const end = below.findIndex((line) => !/^ +o /.test(line))
  const listed = end === -1 ? below : below.slice(0, end)
  const causes = below.filter((line) => line.startsWith("Caused by: "))
  const said = [
    first.replace(/^.*?\bERROR\b\s*/, ""),
    ...listed.slice(0, lastLines),
    ...causes.slice(-2).map((line) => line.slice("Caused by: ".length)),
  ]
  const exception = below[0]
  if (causes.length === 0 && exception !== undefined && /^[\w.$]+(?:Exception|Error)\b/.test(exception))
    said.push(exception)
  return said.map((line) => line.trim().slice(0, longest)).join("\n")
}

/** The last lines that say something. */
export function lastOf(log: string): string {
  const lines = log.split("\n").filter((line) => line.trim() !== "" && !/^\s+(?:at |\.\.\. \d)/.test(line))
  return lines.slice(-lastLines).join("\n") || "it said nothing"
}
