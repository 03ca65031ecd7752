import { type Container, type Directory, dag } from "@dagger.io/dagger"
import type { Component } from "../config/index.ts"
import { asSignalboxError } from "../domain/index.ts"
import { languageOf, workdir } from "../languages/index.ts"
import { toolIdentity, whyFailed } from "../toolbox/index.ts"
import type { GateContext, Judged } from "./context.ts"
import { type Ran, runJudged } from "./exec.ts"
import { type Judgement, mergeJudgements, unjudged } from "./judgement.ts"
import { below } from "./reports.ts"

export interface NamedComponent {
  readonly name: string
  readonly path: string
  readonly workdir: string
}

/** A component with everything that its own tools need, as its language puts it together. */
export async function makeWorkshop(
  { source, toolbox, trust }: Pick<GateContext, "source" | "toolbox" | "trust">,
  component: Component,
): Promise<Container> {
  const language = await languageOf(component)
  return language.developmentContainer({ name: component.path, component, source, toolbox, trust })
}

/** Runs one of a component's npm scripts with further arguments. A script that does not exist is told as such. */
export async function runScript(
  context: GateContext,
  component: Component,
  script: string,
  args: readonly string[],
  judged: readonly number[],
  read: readonly string[],
): Promise<Ran> {
  try {
    const manifest: { scripts?: Record<string, string> } = JSON.parse(
      await context.source.file(`${component.path}/package.json`).contents(),
    )
    if (manifest.scripts?.[script] === undefined)
      return { ran: false, why: `${component.path}/package.json has no script ${JSON.stringify(script)}` }
    const command = ["npm", "run", "--silent", script, "--", ...args]
    return await runJudged(await context.workshop(component), command, judged, read)
  } catch (thrown) {
    return { ran: false, why: whyFailed(thrown) }
  }
}

/**
 * Judges every component and puts the answers together. A component that could not be judged is an error beside what
 * the others say.
 */
export async function perComponent(
  context: GateContext,
  tool: { readonly name: string; readonly version: (component: Component) => Promise<string> },
  run: (name: string, component: Component) => Promise<Ran>,
  read: (named: NamedComponent, component: Component, ran: Ran & { ran: true }) => Judgement,
): Promise<Judged> {
  const parts = await Promise.all(
    Object.entries(context.config.components).map(async ([name, component]) => {
      const [ran, version] = await Promise.all([run(name, component), tool.version(component)])
      const identity = { ...toolIdentity(context.toolbox, "node"), name: tool.name, version }
      if (!ran.ran) return { judgement: unjudged(`${name}: ${ran.why}`, [identity]), raw: dag.directory() }
      const judgement = readSafely(name, () => read({ name, path: component.path, workdir }, component, ran))
      return {
        judgement: { ...judgement, tools: [identity], reports: below(name, ran.files) },
        raw: dag.directory().withDirectory(name, ran.out),
      }
    }),
  )
  return {
    judgement: mergeJudgements(parts.map((part) => part.judgement)),
    raw: parts.reduce((all: Directory, part) => all.withDirectory("/", part.raw), dag.directory()),
  }
}

function readSafely(name: string, read: () => Judgement): Judgement {
  try {
    return read()
  } catch (thrown) {
    return unjudged(`${name}: ${asSignalboxError(thrown).message}`)
  }
}

/** Version of a package as the component's lock file has it; `unknown` where it has none. */
export async function lockedVersion(
  context: GateContext,
  component: Component,
  name: string,
): Promise<string> {
  try {
    const lock = JSON.parse(await context.source.file(`${component.path}/package-lock.json`).contents())
    return String(lock.packages?.[`node_modules/${name}`]?.version ?? "unknown")
  } catch {
    // The installation reads the same file and says what is wrong with it.
    return "unknown"
  }
}
