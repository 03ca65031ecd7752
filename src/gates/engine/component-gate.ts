import { type Directory, dag } from "@dagger.io/dagger"
import type { Component } from "../../config/index.ts"
import { asSignalboxError, type SkippedComponent } from "../../domain/index.ts"
import { type Check, type CheckName, languageOf } from "../../languages/index.ts"
import type { Gate, GateContext } from "../gate.ts"
import { asideOf, whyNot } from "./aside.ts"
import type { ComponentCheck, ComponentReading, ComponentRun } from "./component-check.ts"
import { decideComponent, readComponent } from "./component-decision.ts"
import { mergeJudgements } from "./merge.ts"

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
        if ("notApplicable" in found) skipped.push({ component: name, why: whyNot(found, config) })
      }
      if (skipped.length < names.length) return { applies: true, skipped }
      return { applies: false, why: skipped.map(({ component, why }) => `${component}: ${why}`).join("; ") }
    },
    async run(context) {
      const runs = await Promise.all(
        Object.entries(context.config.components).map(([name, component]) =>
          runComponent(check, context, name, component),
        ),
      )
      const output = runs.flat()
      const raw = output.reduce((all: Directory, { place, run }) => {
        const left = "undetermined" in run || !run.outcome.finished ? undefined : run.outcome.out
        return left === undefined ? all : all.withDirectory(place, left)
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

/** The runs of one component's check: its own command, and those that belong to the same check. */
async function runComponent<Reading, Gathered>(
  check: ComponentCheck<Reading, Gathered>,
  context: GateContext,
  name: string,
  component: Component,
): Promise<readonly ComponentRun<Gathered>[]> {
  const [found, language] = await Promise.all([checkOf(context, name, check.name), languageOf(component)])
  const about = { name, component, manifest: language.manifest(component), place: name }
  if ("notApplicable" in found) return [{ ...about, tools: [], run: { undetermined: found.notApplicable } }]
  if ("undetermined" in found) return [{ ...about, tools: [], run: found }]
  const image = await language.developmentImage(context.request(name)).catch(() => "unresolved")
  const { more = [], ...own } = found
  const first = { ...own, aside: asideOf(own, context.config) }
  return Promise.all(
    [first, ...more].map((one) =>
      runCommandOf(check, context, {
        ...{ about, image, found: one },
        place: one === first ? name : `${name}/${one.tool.name}`,
      }),
    ),
  )
}

interface OneCommand {
  readonly about: Pick<ComponentRun, "name" | "component" | "manifest">
  readonly found: Check
  readonly place: string
  readonly image: string
}

async function runCommandOf<Reading, Gathered>(
  check: ComponentCheck<Reading, Gathered>,
  context: GateContext,
  { about, found, place, image }: OneCommand,
): Promise<ComponentRun<Gathered>> {
  const run = await context.runCheck(about.name, found)
  const { name: toolName, script } = found.tool
  const version = (run.outcome.finished ? run.outcome.version : undefined) ?? found.tool.version
  const base = {
    ...{ ...about, place, run },
    tools: [{ name: toolName, version, ...(script === undefined ? {} : { script }), image }],
  }
  if (check.gather === undefined || !run.outcome.finished) return base
  return { ...base, gathered: await check.gather(context, about.name, run) }
}
