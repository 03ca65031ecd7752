/**
 * What an answer gives away. Only that it does, and by which words: what it says itself (passwords of an .env, sources) goes
 * into no report.
 */
import { decoded } from "./html.ts"

export const signNames = [
  "directory-listing",
  "dot-file",
  "stack-trace",
  "debug-page",
  "debug-endpoint",
  "source-map",
  "source-map-with-sources",
  "trace-echo",
] as const
export type SignName = (typeof signNames)[number]

export interface Sign {
  readonly sign: SignName
  /** What it was known by, for people. */
  readonly by: string
}

/** An answer, as far as its content tells something. */
export interface Content {
  readonly purpose: string
  readonly status: number
  readonly type: string
  readonly body: Buffer
}

export function signsOf({ purpose, status, type, body }: Content): Sign[] {
  const text = body.toString("utf8")
  const isHtml = /html/i.test(type)
  const signs: Sign[] = []
  const add = (sign: SignName, by: string | undefined) => {
    if (by !== undefined) signs.push({ sign, by: by.replaceAll(/\p{Cc}+/gu, " ") })
  }
  if (status === 200 && isHtml && listed.has(purpose)) add("directory-listing", listing(text))
  if (status === 200 && purpose === "dot-file") add("dot-file", dotFile(body, text))
  if (status === 200 && purpose === "debug") add("debug-endpoint", endpoint(text))
  if (status === 200 && purpose === "source-map") {
    const by = sourceMap(text)
    if (by !== undefined) signs.push(by)
  }
  if (status === 200 && /javascript|css/i.test(type) && inlineMap.test(lastLine(text)))
    signs.push({ sign: "source-map-with-sources", by: "in the file itself" })
  // That it has no such file is what any unknown path shows, too.
  if (purpose === "dot-file" || purpose === "debug") return signs
  // A page may well explain a trace; an answer to what went wrong has no reason to have one.
  if (status >= 400 || (purpose === "error" && !isHtml)) {
    const plain = plainText(text, isHtml)
    add("debug-page", debugPage(text))
    add("stack-trace", stackTrace(plain))
  }
  return signs
}

/** What else is asked for is a page again, or nothing that a directory is named by. */
const listed: ReadonlySet<string> = new Set(["page", "linked", "directory"])

function listing(html: string): string | undefined {
  const title =
    /<title>\s*((?:Index of|Directory listing for|listing directory|Directory:)\s+\/[^<]{0,200})/i.exec(
      html,
    )?.[1]
  if (title !== undefined && /<a\s[^>]{0,200}href/i.test(html)) return title.trim()
  // Go's file server has no title: nothing but links.
  const body = html.replace(/^<!doctype html>\s*<meta name="viewport"[^>]{0,100}>\s*/i, "").trim()
  const inside = /^<pre>([\s\S]*)<\/pre>$/.exec(body)?.[1]
  if (inside === undefined) return undefined
  const links = inside.trim().split("\n")
  return links.every((line) => /^<a href="[^"]*">[^<]*<\/a>$/.test(line.trim()))
    ? `${links.length} links and nothing else`
    : undefined
}

/** By their content: what answers every path with its start page serves none of them. */
function dotFile(body: Buffer, text: string): string | undefined {
  if (body.subarray(0, 8).equals(Buffer.from([0, 0, 0, 1, 0x42, 0x75, 0x64, 0x31])))
    return "a .DS_Store of macOS"
  if (text.startsWith("SQLite format 3\0")) return "a database of Subversion"
  // Not by its type: some servers call a file without an ending a page.
  if (/^\s*[<{[]/.test(text.replace(/^\[core\]/m, ""))) return undefined
  if (/^ref: refs\/\S+\s*$/.test(text)) return "HEAD of a git repository"
  if (/^\[core\][ \t\r]*$/m.test(text) && /^[ \t]*repositoryformatversion\s*=/m.test(text))
    return "the settings of a git repository"
  if (/^[^:\s]{1,100}:(?:\$apr1\$|\{S?SHA\}|\$2[aby]\$|\$[156y]\$)/m.test(text)) return "a file of passwords"
  if (/^(?:\/\/[^\s=]+:)?_(?:auth(?:Token)?|password)\s*=|^(?:@[^\s:=]+:)?registry\s*=\s*https?:/m.test(text))
    return "settings of npm"
  const lines = withoutLongValues(text)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !line.trim().startsWith("#"))
  if (lines.length > 0 && lines.every((line) => /^[^:\s]{1,100}:[./A-Za-z0-9]{13}$/.test(line)))
    return "a file of passwords"
  const names = lines.map((line) => /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=/.exec(line)?.[1])
  if (names.length === 0 || names.includes(undefined)) return undefined
  return `the variables ${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`
}

/** A value in quotes, or a key, may go over several lines: those after the first name no variable. */
function withoutLongValues(text: string): string {
  return text
    .replaceAll(/-----BEGIN [^\n]{1,100}[\s\S]{0,20000}?-----END [^\n"']{1,100}/g, "")
    .replaceAll(/=[ \t]*(?:"[^"]*"|'[^']*')/g, "=")
}

const endpoints: readonly (readonly [RegExp, string])[] = [
  [/Types of profiles available:/, "profiles of Go (pprof)"],
  [/^\s*\{[\s\S]*"propertySources"\s*:/, "the environment of Spring (actuator)"],
  [/<title>Apache Status<\/title>/i, "the status of Apache"],
  [/<title>Console \/\/ Werkzeug Debugger<\/title>/, "the console of Werkzeug, which runs code"],
  [/<title>H2 Console<\/title>/i, "the console of H2"],
]

const endpoint = (text: string): string | undefined => endpoints.find(([known]) => known.test(text))?.[1]

const debugPages: readonly (readonly [RegExp, string])[] = [
  [/you have <code>DEBUG = True<\/code>/, "Django with DEBUG = True"],
  [/Werkzeug Debugger<\/title>|__debugger__=yes/, "the debugger of Werkzeug, which runs code"],
  [/<title>Action Controller: Exception caught<\/title>/, "Rails in development"],
]

const debugPage = (text: string): string | undefined => debugPages.find(([known]) => known.test(text))?.[1]

/** Text as a person reads it: of HTML without tags, of JSON with its line breaks. */
function plainText(text: string, isHtml: boolean): string {
  const lines = text
    .replaceAll(/\\r\\n|\\n/g, "\n")
    .replaceAll("\\t", "\t")
    .replaceAll('\\"', '"')
  return isHtml ? decoded(lines.replaceAll(/<br\s*\/?>/gi, "\n").replaceAll(/<[^<>]{0,500}>/g, "")) : lines
}

/** A frame of each language, by what no other text has: a file and a line, in the form of its traces. */
const frames: readonly RegExp[] = [
  /^[ \t]*at (?:[^\n()]{1,200} \()?(?:file:\/\/)?(?:\/[^\s:()]+|node:[\w/]+):\d+:\d+\)?/m,
  /^[ \t]*File "[^"\n]{1,300}", line \d+, in /m,
  /^[ \t]*at [\w$.<>/@-]{1,300}\([\w$]+\.(?:java|kt|scala):\d+\)/m,
  /^goroutine \d+ \[[^\]\n]{1,60}\]:/m,
  /panicked at [^\n]{0,200}\.rs:\d+/,
  /^#\d+ \/[^\s(]{1,300}\.php\(\d+\)/m,
  /^[ \t]+at [^\n]{1,300} in [^\n]{1,300}\.cs:line \d+/m,
  /\.rb:\d+:in [`']/,
]

function stackTrace(text: string): string | undefined {
  const found = frames.map((frame) => frame.exec(text)?.[0]).find((line) => line !== undefined)
  // Before 1.73 Rust had the message, with whatever is in it, before the place.
  return found
    ?.replace(/^panicked at .*?([^\s,'"]+\.rs:\d+)$/s, "panicked at $1")
    .trim()
    .slice(0, 160)
}

function sourceMap(text: string): Sign | undefined {
  // Some begin with a line that keeps scripts of other sites from reading them.
  const json = text.replace(/^\)\]\}'[^\n]*\n/, "")
  // Of a long one, mappings may come after all that was read.
  const isMap =
    /"mappings"\s*:/.test(json) ||
    (/"version"\s*:\s*3\b/.test(json) && /"sources(?:Content)?"\s*:\s*\[/.test(json))
  if (!/^\s*\{/.test(json) || !isMap) return undefined
  const hasSources = /"sourcesContent"\s*:\s*\[(?:\s*null\s*,)*\s*"/.test(json)
  return hasSources
    ? { sign: "source-map-with-sources", by: "sourcesContent" }
    : { sign: "source-map", by: "mappings" }
}

/** At the end, where browsers look for it: libraries have the same words in their code. */
const inlineMap = /^(?:\/\/|\/\*)[#@]\s*sourceMappingURL=data:application\/json/

const lastLine = (text: string): string => {
  const end = text.trimEnd()
  return end.slice(end.lastIndexOf("\n") + 1)
}

/** Where a script or a style says that its source map is; undefined where it names none. */
export function sourceMapOf(text: string, header: string | undefined): string | undefined {
  if (header !== undefined) return header
  return /(?:\/\/|\/\*)[#@]\s*sourceMappingURL=([^\s*]{1,1000})\s*(?:\*\/)?\s*$/.exec(text.slice(-4096))?.[1]
}
