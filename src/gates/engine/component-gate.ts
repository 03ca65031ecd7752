import { type Directory, dag } from "@dagger.io/dagger"
import type { Component } from "../../config/index.ts"
import { asSignalboxError, type SkippedComponent, type ToolIdentity } from "../../domain/index.ts"
import { type Check, type CheckName, directoryOf, languageOf } from "../../languages/index.ts"
import type { ReportedComponent } from "../formats/report.ts"
import type { CheckRun, Gate, GateContext, Judgement } from "../gate.ts"
import { mergeJudgements, noResult } from "./merge.ts"
import { below } from "./reports.ts"

/** A check that looks at each component by itself, with the component's own tools. */
export interface ComponentCheck<Reading, Gathered = undefined> {
  /** Which of the component's checks it is. */
  readonly name: CheckName
  /** @throws OUTPUT_UNREADABLE */
  read(report: readonly string[], check: Check, component: ReportedComponent): Reading
  decide(reading: Reading, about: DecideAbout, gathered: Gathered | undefined): Judgement
  /** What else of the source tree the decision needs, after the check has run. Default: nothing. */
  gather?(context: GateContext, name: string, run: CheckRun): Promise<Gathered>
}

/** What a decision may need beside what was read. */
export interface DecideAbout {
  readonly name: string
  readonly component: Component
  /** Where what is found about all of the component is reported. */
  readonly manifest: string
  /** Name of the tool that judged. */
  readonly tool: string
  readonly exitCode: number
}

/** The result of one component's check. */
export interface ComponentRun<Gathered = unknown> {
  readonly name: string
  readonly component: Component
  readonly manifest: string
  readonly tools: readonly ToolIdentity[]
  readonly run: CheckRun | { readonly undetermined: string }
  /** Absent where the check gathers nothing, or did not finish. */
  readonly gathered?: Gathered
}

/** The same with the report read, or why it cannot be read. */
export type ComponentReading<Reading, Gathered = unknown> = ComponentRun<Gathered> &
  ({ readonly reading: Reading; readonly about: DecideAbout } | { readonly error: string })

export type ComponentGate<Reading, Gathered> = Gate<
  unknown,
  readonly ComponentRun<Gathered>[],
  readonly ComponentReading<Reading, Gathered>[]
>

/**
 * A gate of a check: judges every component to which it applies and merges the judgements. A component that could not
 * be judged adds an error; the judgements of the others stay.
 */
export function componentGate<Reading, Gathered = undefined>(
  check: ComponentCheck<Reading, Gathered>,
): ComponentGate<Reading, Gathered> {
  return {
    async appliesTo(config, context) {
      const names = Object.keys(config.components)
      const skipped: SkippedComponent[] = []
      for (const name of names) {
        const found = await checkOf(context, name, check.name)
        if ("notApplicable" in found) skipped.push({ component: name, why: found.notApplicable })
      }
      if (skipped.length < names.length) return { applies: true, skipped }
      return { applies: false, why: skipped.map(({ component, why }) => `${component}: ${why}`).join("; ") }
    },
    async run(context) {
      const output = await Promise.all(
        Object.entries(context.config.components).map(([name, component]) =>
          runComponent(check, context, name, component),
        ),
      )
      const raw = output.reduce((all: Directory, { name, run }) => {
        const left = "undetermined" in run || !run.outcome.finished ? undefined : run.outcome.out
        return left === undefined ? all : all.withDirectory(name, left)
      }, dag.directory())
      return { output, raw }
    },
    read: (output) => output.map((part) => readComponent(check, part)),
    decide: (readings) => mergeJudgements(readings.map((part) => decideComponent(check, part))),
  }
}

/** A check that cannot be determined counts as applicable, so that the gate's run reports the reason. */
async function checkOf(context: GateContext, component: string, name: CheckName) {
  try {
    return (await context.checks(component))[name]
  } catch (thrown) {
    return { undetermined: asSignalboxError(thrown).message }
  }
}

async function runComponent<Reading, Gathered>(
  check: ComponentCheck<Reading, Gathered>,
  context: GateContext,
  name: string,
  component: Component,
): Promise<ComponentRun<Gathered>> {
  const [found, language] = await Promise.all([checkOf(context, name, check.name), languageOf(component)])
  const about = { name, component, manifest: language.manifest(component) }
  if ("notApplicable" in found) return { ...about, tools: [], run: { undetermined: found.notApplicable } }
  if ("undetermined" in found) return { ...about, tools: [], run: found }
  const [image, run] = await Promise.all([
    language.developmentImage(context.request(name)).catch(() => "unresolved"),
    context.runCheck(name, found),
  ])
  const base = { ...about, tools: [{ ...found.tool, image }], run }
  if (check.gather === undefined || !run.outcome.finished) return base
  return { ...base, gathered: await check.gather(context, name, run) }
}

function readComponent<Reading, Gathered>(
  check: ComponentCheck<Reading, Gathered>,
  part: ComponentRun<Gathered>,
): ComponentReading<Reading, Gathered> {
  const { name, component, manifest, run } = part
  if ("undetermined" in run)
    return {
      ...part,
      error: `${run.undetermined}; say how, or why not: components.${name}.checks.${check.name}`,
    }
  if (!run.outcome.finished) return { ...part, error: run.outcome.why }
  try {
    const reading = check.read(run.report, run.check, {
      ...{ name, workdir: run.workdir },
      path: directoryOf(component),
    })
    const { exitCode } = run.outcome
    return { ...part, reading, about: { name, component, manifest, tool: run.check.tool.name, exitCode } }
  } catch (thrown) {
    return { ...part, error: asSignalboxError(thrown).message }
  }
}

function decideComponent<Reading, Gathered>(
  check: ComponentCheck<Reading, Gathered>,
  part: ComponentReading<Reading, Gathered>,
): Judgement {
  const { name, tools, run } = part
  const judgement =
    "error" in part
      ? noResult(`${name}: ${part.error}`)
      : check.decide(part.reading, part.about, part.gathered)
  const files = "undetermined" in run || !run.outcome.finished ? {} : run.outcome.files
  return { ...judgement, tools, reports: below(name, files) }
}
