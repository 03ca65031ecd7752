import type { ToolIdentity } from "../../domain/index.ts"
import type { Judgement } from "../gate.ts"

/** Merges the judgements of several components: findings, errors and reports are concatenated, figures are summed. */
export function mergeJudgements(parts: readonly Judgement[]): Judgement {
  const figures: Record<string, number> = {}
  for (const part of parts)
    for (const [name, value] of Object.entries(part.figures)) figures[name] = (figures[name] ?? 0) + value
  const cases = parts.flatMap((part) => part.cases ?? [])
  const first = parts.find((part) => part.database !== undefined)?.database
  const skipped = parts.flatMap((part) => part.skipped ?? [])
  const failOn = parts.find((part) => part.failOn !== undefined)?.failOn
  return {
    findings: parts.flatMap((part) => part.findings),
    errors: parts.flatMap((part) => part.errors),
    summary: parts
      .map((part) => part.summary)
      .filter((text) => text !== "")
      .join("; "),
    tools: uniqueTools(parts.flatMap((part) => part.tools)),
    figures,
    reports: Object.assign({}, ...parts.map((part) => part.reports)),
    ...(first === undefined ? {} : { database: first }),
    ...(cases.length === 0 ? {} : { cases }),
    ...(skipped.length === 0 ? {} : { skipped }),
    ...(failOn === undefined ? {} : { failOn }),
  }
}

function uniqueTools(tools: readonly ToolIdentity[]): ToolIdentity[] {
  return [
    ...new Map(tools.map((tool) => [`${tool.name}@${tool.version} ${tool.script ?? ""}`, tool])).values(),
  ]
}

/** The judgement of a gate whose tools gave no result: its one error is the reason. */
export function noResult(why: string, tools: readonly ToolIdentity[] = [], reports = {}): Judgement {
  return { findings: [], errors: [why], summary: "", tools, figures: {}, reports }
}
