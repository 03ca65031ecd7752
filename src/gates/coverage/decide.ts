import type { Component } from "../../config/index.ts"
import type { Judgement } from "../gate.ts"
import { type Coverage, coverageFinding, meetsMinimum, percentText } from "./read.ts"

export function judgeCoverage(
  name: string,
  component: Pick<Component, "coverageMinimum" | "path">,
  seen: Coverage,
): Judgement {
  const { coverageMinimum: minimum, path } = component
  const base = { tools: [], reports: {}, errors: [] }
  if (seen.lines === 0)
    return { ...base, findings: [], errors: [`${name}: no line was measured`], summary: "", figures: {} }
  const findings = meetsMinimum(seen, minimum)
    ? []
    : [coverageFinding(seen, minimum, name, `${path}/package.json`)]
  const figures = { [`${name}Percent`]: Math.floor((seen.covered * 10_000) / seen.lines) / 100 }
  return { ...base, findings, summary: `${name}: ${percentText(seen)} of ${minimum} % required`, figures }
}
