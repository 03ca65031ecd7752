import type { Container } from "@dagger.io/dagger"
import type { Component } from "../../config/index.ts"
import { languageOf } from "../../languages/index.ts"
import { whyFailed } from "../../toolbox/index.ts"
import type { GateContext, Ran } from "../gate.ts"
import { runJudged } from "./exec.ts"

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
    const { scripts } = readManifest(await context.source.file(`${component.path}/package.json`).contents())
    if (scripts[script] === undefined)
      return { ran: false, why: `${component.path}/package.json has no script ${JSON.stringify(script)}` }
    const command = ["npm", "run", "--silent", script, "--", ...args]
    return await runJudged(await context.workshop(component), command, judged, read)
  } catch (thrown) {
    return { ran: false, why: whyFailed(thrown) }
  }
}

interface Manifest {
  readonly scripts: Readonly<Record<string, unknown>>
  /** Names of its other keys: some tools are configured by one. */
  readonly keys: readonly string[]
}

function readManifest(text: string): Manifest {
  const manifest: unknown = JSON.parse(text)
  if (typeof manifest !== "object" || manifest === null) throw new Error("package.json is not an object")
  const scripts = "scripts" in manifest ? manifest.scripts : undefined
  return {
    scripts: typeof scripts === "object" && scripts !== null ? { ...scripts } : {},
    keys: Object.keys(manifest),
  }
}

/** What lies in a component's directory, as far as it decides which checks it has. */
export interface ComponentFiles extends Manifest {
  /** Names of files and directories directly below it. */
  readonly entries: readonly string[]
}

/** `undefined` where that cannot be read: then a check applies, and its run says what is wrong. */
export async function componentFiles(
  { source }: Pick<GateContext, "source">,
  component: Component,
): Promise<ComponentFiles | undefined> {
  try {
    const directory = source.directory(component.path)
    const [entries, manifest] = await Promise.all([
      directory.entries(),
      directory.file("package.json").contents(),
    ])
    return { ...readManifest(manifest), entries }
  } catch {
    return undefined
  }
}

/** Version of a package as the component's lock file has it; `unknown` where it has none. */
export async function lockedVersion(
  { source }: Pick<GateContext, "source">,
  component: Component,
  name: string,
): Promise<string> {
  try {
    const lock = JSON.parse(await source.file(`${component.path}/package-lock.json`).contents())
    return String(lock.packages?.[`node_modules/${name}`]?.version ?? "unknown")
  } catch {
    // The installation reads the same file and says what is wrong with it.
    return "unknown"
  }
}
