import type { ToolFinding } from "../../domain/index.ts"
import type { Judgement } from "../gate.ts"
import { mergeJudgements } from "./merge.ts"

/**
 * Merges the judgements of one component's images. What is told of each because it is about the component (its lock file) stands once;
 * what is in one image has its platform in its place. A figure is that of the image that has most: a node pulls one of them.
 */
export function mergePlatforms(parts: readonly Judgement[]): Judgement {
  const [first, ...others] = parts
  if (first !== undefined && others.length === 0) return first
  const { skipped: _, ...merged } = mergeJudgements(parts)
  const names = new Set(parts.flatMap(({ figures }) => Object.keys(figures)))
  const judged = parts.filter(({ skipped = [] }) => skipped.length === 0)
  return {
    ...merged,
    findings: [...new Map(merged.findings.map((one) => [identityOf(one), one])).values()],
    errors: [...new Set(merged.errors)],
    figures: Object.fromEntries(
      [...names].map((name) => [name, Math.max(...parts.map(({ figures }) => figures[name] ?? 0))]),
    ),
    // Where one of them was judged, the component was; an image without anything to look at is named beside it.
    ...(judged.length > 0
      ? { summary: parts.map(summaryOf).filter(Boolean).join("; ") }
      : { skipped: (first?.skipped ?? []).slice(0, 1) }),
  }
}

function summaryOf({ summary, skipped = [] }: Judgement): string {
  return skipped.length === 0
    ? summary
    : skipped.map(({ component, why }) => `${component}: ${why}`).join("; ")
}

function identityOf({ rule, location, subject, message }: ToolFinding): string {
  return JSON.stringify([rule, location?.file, location?.line, location?.column, subject, message])
}
