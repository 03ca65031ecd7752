import type { SignalboxConfig } from "../../../config/index.ts"
import type { ToolFinding } from "../../../domain/index.ts"
import type { Judgement } from "../../gate.ts"
import { withCode } from "../with-code.ts"
import { type NotLooked, notLookedAt, type TreeReading } from "./read.ts"
import { defaultSettings, type LinterSettings } from "./settings.ts"

/** Paths that the summary names; the others are findings of their own. */
const mostNamed = 5

/**
 * What a linter over files of the tree found. Comments and files that would switch it off are not obeyed, and are counted. A file that it
 * could not read to its end refuses, whatever the settings say. What nobody looked at is always listed, and where that is all there is, the
 * gate has judged nothing.
 * @param what the files are, as the summary counts them: `scripts`
 */
export function decideTreeRun(
  reading: TreeReading,
  what: string,
  config: Pick<SignalboxConfig, "components">,
  { failOn, accepted }: LinterSettings = defaultSettings,
): Judgement {
  const { tool, files, unread, notLooked, silencers, errors, reports } = reading
  const reasons = new Map(accepted.map(({ rule, reason }) => [rule, reason]))
  const findings = numbered(reading.findings).map((one) => {
    const reason = reasons.get(one.rule)
    if (reason === undefined) return one
    return { ...one, severity: "info" as const, message: `${one.message} (accepted: ${reason})` }
  })
  const nothing = files.length + errors.length === 0 && !notLooked.some(({ refuses }) => refuses === true)
  const why = [`no ${what} that it can judge`, ...namesOf(notLooked)].join("; ")
  return {
    findings: [...numbered(unread).map(halfRead), ...findings, ...numbered(notLooked.map(unjudged))],
    errors,
    summary: [`${files.length} ${what}`, ...notes(silencers.length, notLooked)].join("; "),
    tools: [tool],
    figures: { files: files.length, notObeyed: silencers.length, notLooked: notLooked.length },
    reports,
    failOn,
    ...(nothing ? { skipped: Object.keys(config.components).map((component) => ({ component, why })) } : {}),
  }
}

function notes(silencers: number, notLooked: readonly NotLooked[]): readonly string[] {
  const comments =
    silencers === 1
      ? "1 comment that would switch it off was"
      : `${silencers} comments that would switch it off were`
  return [...(silencers === 0 ? [] : [`${comments} not obeyed`]), ...namesOf(notLooked)]
}

function namesOf(notLooked: readonly NotLooked[]): readonly string[] {
  const named = notLooked
    .slice(0, mostNamed)
    .map(({ file, line, why }) => `${line === undefined ? file : `${file}:${line}`} (${why})`)
  const more = notLooked.length - named.length
  return named.length === 0
    ? []
    : [`not looked at: ${named.join(", ")}${more === 0 ? "" : ` and ${more} more`}`]
}

/** What follows may hold any fault. So no list of rules lets it through: only a waiver, which names the place, an owner and a day. */
function halfRead(one: ToolFinding): ToolFinding {
  return { ...one, severity: "critical", message: `${one.message} (what follows was not judged)` }
}

function unjudged({ file, line, why, what = why, refuses, code }: NotLooked): ToolFinding {
  return {
    rule: notLookedAt,
    severity: refuses === true ? "critical" : "info",
    message: `not looked at: ${why}`,
    location: { file, ...(line === undefined ? {} : { line }) },
    subject: withCode(what, code),
  }
}

/** Equal subjects of a rule in one file, of equal code, are numbered from the top: a waiver for one does not cover the next. */
function numbered(findings: readonly ToolFinding[]): readonly ToolFinding[] {
  const counts = new Map<string, number>()
  const place = ({ location }: ToolFinding) => [location?.line ?? 0, location?.column ?? 0] as const
  const ordered = [...findings].sort((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1])
  return ordered.map((finding) => {
    const key = [finding.rule, finding.location?.file, finding.subject].join("\0")
    const nth = (counts.get(key) ?? 0) + 1
    counts.set(key, nth)
    return nth === 1 ? finding : { ...finding, subject: `${finding.subject} #${nth}` }
  })
}
