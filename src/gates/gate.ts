import type { Directory, Secret } from "@dagger.io/dagger"
import type { BuiltImage } from "../build/index.ts"
import type { EnvironmentConfig, SignalboxConfig } from "../config/index.ts"
import type {
  DatabaseIdentity,
  Severity,
  SkippedComponent,
  TestCase,
  ToolFinding,
  ToolIdentity,
} from "../domain/index.ts"
import type { Check, Checks, Component, ComponentRequest, RegistryLogin } from "../languages/index.ts"
import type { ToolboxFile, Trust } from "../toolbox/index.ts"

/**
 * The contract of a gate. A member is one folder (`NAME/gate.ts`, `read.ts`, `decide.ts`) and one line in catalogue.ts,
 * which gives its name, title, kind and settings.
 *
 * Limits: only `run` starts tools; `read` and `decide` are pure, so that they can be tested on recorded output. A member
 * imports no other member and no engine file but the helpers that start tools. It never writes its own name: the engine
 * puts it on findings. It knows neither waivers nor whether it is required: it says what it has found, and the engine what
 * follows. It fails closed: what a tool did not write or what cannot be read is an entry in `errors`, never a pass.
 */
export interface Gate<Settings = unknown, Output = unknown, Reading = unknown> {
  /**
   * Whether there is anything for it to judge. Not "would it pass": a tool that should be there and is missing is an
   * error of `run`. The configuration holds only the components that have not switched the gate off.
   */
  appliesTo(config: SignalboxConfig, context: GateContext): Promise<Applies>
  /** Runs its tools. `config` of the context holds only the components to which the gate applies. */
  run(context: GateContext, settings: Settings): Promise<ToolRun<Output>>
  /** What the tools wrote, parsed by a schema. What it throws is the gate's error. */
  read(output: Output): Reading
  /** What is to be said about it, before anybody's waiver is looked at. */
  decide(reading: Reading, config: SignalboxConfig, settings: Settings): Judgement
}

/** Whether a gate applies; if so, to which components it does not. */
export type Applies =
  | { readonly applies: true; readonly skipped?: readonly SkippedComponent[] }
  | { readonly applies: false; readonly why: string }

/** What a gate's tools left behind. */
export interface ToolRun<Output> {
  readonly output: Output
  /** Their reports as they wrote them, below the gate's directory. Default: the texts in the judgement's `reports`. */
  readonly raw?: Directory
}

/** What gates get to see. */
export interface GateContext {
  readonly source: Directory
  /** Directory that holds `.git`. */
  readonly git?: Directory | undefined
  readonly config: SignalboxConfig
  readonly toolbox: ToolboxFile
  readonly trust: Trust
  readonly login?: RegistryLogin | undefined
  readonly secrets?: ReadonlyMap<string, Secret> | undefined
  /** What a component's language is asked about it by. */
  request(component: string): ComponentRequest<Component>
  /** The built images; built once, however many gates ask. */
  images(): Promise<readonly BuiltImage[]>
  /** How a component is checked by its own tools: as it is declared, or as its files tell. */
  checks(component: string): Promise<Checks>
  /** Runs a check of a component, and reads what it wrote. A command runs once, however many gates read it. */
  runCheck(component: string, check: Check): Promise<CheckRun>
  /** The project's chart, or the one that Signalbox brings. */
  chart(): Directory
  environment(name: string): Promise<EnvironmentConfig>
}

/** A check that was run, and the texts of its report: several files may be one report. */
export interface CheckRun {
  readonly check: Check
  readonly ran: Ran
  /** Empty where nothing was run to its end. */
  readonly report: readonly string[]
  /** Where the component lay: tools name its files below it. */
  readonly workdir: string
}

/** What a tool left when it came to a judgement, or why it did not. */
export type Ran = Finished | { readonly ran: false; readonly why: string }

export interface Finished {
  readonly ran: true
  readonly exitCode: number
  /** What it wrote, by file name: its reports, stdout.txt and stderr.txt. */
  readonly files: Readonly<Record<string, string>>
  readonly out: Directory
}

/** What a gate has learned, before anybody's waiver is looked at. */
export interface Judgement {
  readonly findings: readonly ToolFinding[]
  /** Why it could not be judged, or not all of it. Any makes the verdict an error unless something already fails. */
  readonly errors: readonly string[]
  /** One line for the case that nothing counts: what was looked at. */
  readonly summary: string
  readonly tools: readonly ToolIdentity[]
  readonly figures: Readonly<Record<string, number>>
  readonly database?: DatabaseIdentity
  readonly cases?: readonly TestCase[]
  /** What the tools wrote, by path below the gate's directory of reports. */
  readonly reports: Readonly<Record<string, string>>
  /** Severities that refuse. Default: all but info. */
  readonly failOn?: readonly Severity[]
}
