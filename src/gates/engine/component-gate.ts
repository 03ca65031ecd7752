import { type Directory, dag } from "@dagger.io/dagger"
import type { Component } from "../../config/index.ts"
import { asSignalboxError, type SkippedComponent, type ToolIdentity } from "../../domain/index.ts"
import { workdir } from "../../languages/index.ts"
import { toolIdentity } from "../../toolbox/index.ts"
import type { Finished, Gate, GateContext, Judgement, Ran } from "../gate.ts"
import { type ComponentFiles, componentFiles, lockedVersion, type NamedComponent } from "./components.ts"
import { mergeJudgements, unjudged } from "./merge.ts"
import { below } from "./reports.ts"

/** A check that looks at each component by itself, with the component's own tools. */
export interface ComponentCheck<Reading> {
  /** As evidence names it, and the package whose version in the lock file is its own. */
  readonly tool: { readonly name: string; readonly package: string }
  /** Why a component has nothing that it could check; undefined where it has. */
  missing(component: Component, files: ComponentFiles): string | undefined
  run(context: GateContext, component: Component, name: string): Promise<Ran>
  /** @throws OUTPUT_UNREADABLE */
  read(ran: Finished, named: NamedComponent): Reading
  decide(reading: Reading, name: string, exitCode: number, component: Component): Judgement
}

/** What the check of one component left behind. */
export interface ComponentRun {
  readonly name: string
  readonly component: Component
  readonly tool: ToolIdentity
  readonly ran: Ran
}

/** What was read of it, or why it was not. */
export type ComponentReading<Reading> = ComponentRun &
  ({ readonly reading: Reading; readonly exitCode: number } | { readonly error: string })

export type ComponentGate<Reading> = Gate<
  unknown,
  readonly ComponentRun[],
  readonly ComponentReading<Reading>[]
>

/**
 * A gate of a check: judges every component to which it applies and puts the answers together. A component that could
 * not be judged is an error beside what the others say.
 */
export function componentGate<Reading>(check: ComponentCheck<Reading>): ComponentGate<Reading> {
  return {
    async appliesTo(config, context) {
      const all = Object.entries(config.components)
      const skipped: SkippedComponent[] = []
      for (const [name, component] of all) {
        const files = await componentFiles(context, component)
        const why = files === undefined ? undefined : check.missing(component, files)
        if (why !== undefined) skipped.push({ component: name, why })
      }
      if (skipped.length < all.length) return { applies: true, skipped }
      return { applies: false, why: skipped.map(({ component, why }) => `${component}: ${why}`).join("; ") }
    },
    async run(context) {
      const output = await Promise.all(
        Object.entries(context.config.components).map(([name, component]) =>
          runComponent(check, context, name, component),
        ),
      )
      const raw = output.reduce(
        (all: Directory, { name, ran }) => (ran.ran ? all.withDirectory(name, ran.out) : all),
        dag.directory(),
      )
      return { output, raw }
    },
    read: (output) => output.map((part) => readComponent(check, part)),
    decide: (readings) => mergeJudgements(readings.map((part) => decideComponent(check, part))),
  }
}

async function runComponent<Reading>(
  check: ComponentCheck<Reading>,
  context: GateContext,
  name: string,
  component: Component,
): Promise<ComponentRun> {
  const [ran, version] = await Promise.all([
    check.run(context, component, name),
    lockedVersion(context, component, check.tool.package),
  ])
  const tool = { ...toolIdentity(context.toolbox, "node"), name: check.tool.name, version }
  return { name, component, tool, ran }
}

function readComponent<Reading>(
  check: ComponentCheck<Reading>,
  part: ComponentRun,
): ComponentReading<Reading> {
  const { name, component, ran } = part
  if (!ran.ran) return { ...part, error: ran.why }
  try {
    const reading = check.read(ran, { name, path: component.path, workdir })
    return { ...part, reading, exitCode: ran.exitCode }
  } catch (thrown) {
    return { ...part, error: asSignalboxError(thrown).message }
  }
}

function decideComponent<Reading>(
  check: ComponentCheck<Reading>,
  part: ComponentReading<Reading>,
): Judgement {
  const { name, component, tool, ran } = part
  const judgement =
    "error" in part
      ? unjudged(`${name}: ${part.error}`)
      : check.decide(part.reading, name, part.exitCode, component)
  return { ...judgement, tools: [tool], reports: ran.ran ? below(name, ran.files) : {} }
}
