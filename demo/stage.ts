import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { exitCode, ToolchainError } from "../toolchain/steps/index.ts"
import { endedLate, type Finished, runCommand } from "./commands.ts"
import { expectations } from "./expected.ts"
import { registryTags, runningDigests } from "./observe.ts"
import type { Progress } from "./progress.ts"
import type { StepId } from "./steps.ts"
import { type CommandSummary, type StepSummary, verdictOf } from "./summary.ts"
import { untilGone } from "./watch.ts"
import type { Workspace } from "./workspace.ts"

/** What the demo runs on, created once by the set-up. */
export interface World {
  readonly out: string
  readonly workspace: Workspace
  readonly dagger: string
  /** Arguments of `dagger call` that name the module; none where the workspace is its own module. */
  readonly module: readonly string[]
  readonly kubectl: string
  /** Kubeconfig files by environment, for reading the pods with kubectl. */
  readonly kubeconfigs: Readonly<Record<string, { readonly file: string; readonly namespace: string }>>
  readonly registry: { readonly address: string; readonly prefix: string }
  /** File of the public key that the policy lists. */
  readonly publicKey: string
  /** Environment of the CLI: the engine's address, kubeconfigs as KUBECONFIG_NAME, SIGNING_KEY and SIGNING_PASSWORD. */
  readonly env: NodeJS.ProcessEnv
  /** Whether the engine still answers. */
  readonly engineRuns: () => Promise<boolean>
}

export const longestCommandMs = 15 * 60 * 1000
export const engineWatch = { everyMs: 2000, probes: 5 }
/** Dagger's own exit codes, and those of a killed command: none of them is an exit code of Signalbox. */
const foreignExitCodes = new Set([1, 2, 137, 143])

/** One step while it runs: its commands, their logs, and its evidence. */
export class Stage {
  readonly world: World
  readonly id: StepId
  readonly #progress: Progress
  readonly #commands: CommandSummary[] = []
  readonly #evidence: string[] = []

  constructor(world: World, id: StepId, progress: Progress) {
    this.world = world
    this.id = id
    this.#progress = progress
  }

  get workspace(): Workspace {
    return this.world.workspace
  }

  /**
   * `dagger call ARGS…` in the workspace, printed before it runs and recorded. It is repeated once where the CLI failed
   * after the call had ended (`endedLate`): whoever sees that message calls again, and every call may be repeated.
   * @throws ToolchainError ENGINE_LOST when the engine has died: later steps would fail for that reason only.
   */
  async call(...args: string[]): Promise<Finished> {
    const first = await this.#attempt(args, "")
    const finished = endedLate(first) ? await this.#attempt(args, "-again") : first
    const { stdout: _, output: __, ...summary } = finished
    this.#commands.push(summary)
    if (foreignExitCodes.has(finished.exitCode) && !(await this.world.engineRuns()))
      throw new ToolchainError(
        "ENGINE_LOST",
        "The Dagger engine died while the demo ran.",
        "`npm run toolchain -- logs engine` shows its log; `npm run demo` starts again.",
        exitCode.unreachable,
      )
    return finished
  }

  async #attempt(args: readonly string[], suffix: string): Promise<Finished> {
    const name = args.find((arg) => !arg.startsWith("-")) ?? "call"
    const log = `${this.id}/${this.#commands.length + 1}-${name}${suffix}.log`
    const { env, out, workspace, dagger, engineRuns, module } = this.world
    const line = ["call", ...module, ...args]
    this.#progress.command(dagger, line)
    const lost = (signal: AbortSignal) => untilGone(engineRuns, engineWatch, signal)
    const options = { cwd: workspace.directory, env, out, log, timeoutMs: longestCommandMs, lost }
    const finished = await runCommand(dagger, line, options)
    this.#progress.commandEnded(finished)
    return finished
  }

  /** Exports a directory of reports and counts it as evidence. @returns its path */
  async export(name: string, ...args: string[]): Promise<string> {
    const target = join(this.world.out, this.id, name)
    const finished = await this.call(...args, "export", "--path", target)
    if (finished.exitCode === 0) this.#evidence.push(`${this.id}/${name}`)
    return target
  }

  /** Writes a file and counts it as evidence. */
  async saveEvidence(name: string, content: string): Promise<void> {
    await mkdir(join(this.world.out, this.id), { recursive: true })
    await writeFile(join(this.world.out, this.id, name), content)
    this.#evidence.push(`${this.id}/${name}`)
  }

  /** The registry's tags below our prefix, as evidence. */
  async tags(when: "before" | "after"): Promise<void> {
    const { address, prefix } = this.world.registry
    await this.saveEvidence(
      `registry-${when}.json`,
      `${JSON.stringify(await registryTags(address, prefix), undefined, 1)}\n`,
    )
  }

  async finish(seconds: number): Promise<StepSummary> {
    const expectation = expectations[this.id]
    const digests: Record<string, string> = {}
    for (const [environment, { file, namespace }] of Object.entries(this.world.kubeconfigs)) {
      const running = await runningDigests(this.world.kubectl, file, namespace)
      for (const [component, digest] of Object.entries(running))
        digests[`${environment}/${component}`] = digest
    }
    const code = this.#commands[expectation.deciding]?.exitCode ?? -1
    return {
      id: this.id,
      expected: expectation.text,
      verdict: verdictOf(code),
      exitCode: code,
      seconds,
      digests,
      commands: this.#commands,
      evidence: this.#evidence,
    }
  }
}
