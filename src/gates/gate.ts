import type { Container, Directory, Secret } from "@dagger.io/dagger"
import type { z } from "zod"
import type { BuiltImage } from "../build/index.ts"
import type { ObjectKind } from "../chart/index.ts"
import type { EnvironmentConfig, SignalboxConfig } from "../config/index.ts"
import type {
  DatabaseIdentity,
  Digest,
  Severity,
  SkippedComponent,
  TestCase,
  ToolFinding,
  ToolIdentity,
} from "../domain/index.ts"
import type { Check, Checks, Component, ComponentRequest, RegistryLogin } from "../languages/index.ts"
import type { DatabaseName, ToolboxFile, Trust } from "../toolbox/index.ts"

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
  /** The findings of a reading, before waivers are applied. */
  decide(reading: Reading, config: SignalboxConfig, settings: Settings): Judgement
}

/** Whether a gate applies; if so, to which components it does not. */
export type Applies =
  | { readonly applies: true; readonly skipped?: readonly SkippedComponent[] }
  | { readonly applies: false; readonly why: string }

/** The output of a gate's tools. */
export interface ToolRun<Output> {
  readonly output: Output
  /** The tools' reports, unchanged, below the gate's directory. Default: the texts in the judgement's `reports`. */
  readonly raw?: Directory
}

/** What a gate is given. */
export interface GateContext {
  readonly source: Directory
  /** Directory that holds `.git`. */
  readonly git?: Directory | undefined
  /** The commit that the source is, where it is a commit's. Default: HEAD, with what is not committed. */
  readonly revision?: string | undefined
  readonly config: SignalboxConfig
  readonly toolbox: ToolboxFile
  readonly trust: Trust
  readonly login?: RegistryLogin | undefined
  readonly secrets?: ReadonlyMap<string, Secret> | undefined
  /** For a gate that asks a server. Absent: this call asks none, and such a gate is an error. */
  readonly world?: World | undefined
  /** Seconds after which a tool of the gate counts as hanging: those of its time-out. */
  readonly seconds: number
  /** The request about a component that its language is called with. */
  request(component: string): ComponentRequest<Component>
  /** The built image of a component; built once, however many gates use it. One that fails fails alone. */
  image(component: string): Promise<BuiltImage>
  /** How a component is checked by its own tools: as it is declared, or as its files tell. */
  checks(component: string): Promise<Checks>
  /** Runs a check of a component, and reads what it wrote. A command runs once, however many gates read it. */
  runCheck(component: string, check: Check): Promise<CheckRun>
  /** The project's chart, or Signalbox's own. */
  chart(): Directory
  environment(name: string): Promise<EnvironmentConfig>
  /**
   * The text of a file that its settings name, as the policy in force has it: that of the base revision.
   * @throws CONFIG_MISSING
   */
  policyFile(path: string): Promise<string>
  /**
   * A database of the toolbox, downloaded where it is an artifact; null where the toolbox names none.
   * @throws DATABASE_MISSING where none of its places has it
   */
  database(name: DatabaseName): Promise<AdvisoryDatabase | null>
  /** The schemas that manifests are held against. @throws CONFIG_INVALID where the toolbox names no source of them */
  schemas(): Promise<KubernetesSchemas>
}

/** JSON schemas of Kubernetes, as kubeconform reads them. */
export interface KubernetesSchemas {
  /** Kubernetes version that they describe, such as 1.36.3. */
  readonly version: string
  /** Where they come from, as evidence states it. */
  readonly source: string
  /**
   * `KIND-GROUP-VERSION.json` of these kinds, and maybe of others. A kind without a schema has no file.
   * @throws REGISTRY_UNREACHABLE, STATE_DAMAGED where they cannot be read
   */
  files(kinds: readonly ObjectKind[]): Promise<Directory>
}

/** A database of the toolbox, as it is mounted. */
export interface AdvisoryDatabase {
  /** Its files, metadata.json among them. */
  readonly files: Directory
  /** As the toolbox calls it. */
  readonly name: string
  /** Of the image or artifact; `unresolved` for an image without one. */
  readonly digest: string
  /** Where the artifact was found. Absent for an image. */
  readonly source?: string
}

/**
 * What is outside of the call: each of these acts on every call, and none of it is answered from the engine's cache. Whatever
 * else a gate runs depends on its inputs alone.
 */
export interface World {
  /** Unique per call. */
  readonly call: string
  /**
   * A secret that the call gives for a server; undefined where it gives none.
   * @throws POLICY_REFUSED where the policy in force does not name that server: a tree must not choose who gets it.
   */
  secretFor(server: string): Promise<Secret | undefined>
  /** What the call says that the tree is: a branch, or a pull request. */
  readonly analysedAs?:
    | { readonly branch: string; readonly pullRequest?: { readonly key: string; readonly into: string } }
    | undefined
  /** The container in which our own programs run. */
  runner(): Promise<Container>
  /** A container whose next exec runs on every call. */
  fresh(container: Container): Container
  /** Runs a program of ours, and reads its answer.json. @throws the program's own error */
  ask<T>(program: AskedProgram, answer: Pick<z.ZodType<T>, "safeParse">): Promise<T>
  /** Runs a tool, however it ends. */
  runTool(container: Container, command: readonly string[], seconds: number): Promise<ToolEnd>
  /** Does something once per call, however often the tree is judged in it. @param key what tells two of them apart. */
  once<T>(key: string, work: () => Promise<T>): Promise<T>
  /** Registers how to stop something that was started. */
  addCleanup(cleanup: () => Promise<void>): void
}

/** One of our programs, as `askProgram` of the room call runs it. */
export interface AskedProgram {
  readonly name: string
  readonly where: string
  readonly next: string
  readonly container: Container
  readonly command: readonly string[]
}

/** How a tool ended that acts on the world. */
export interface ToolEnd {
  readonly exitCode: number
  readonly output: string
  /** It was given up after its time. */
  readonly timedOut: boolean
  /** The container that it left; undefined where it was given up. */
  readonly done: Container | undefined
}

/** A check that was run, and the texts of its report: several files may be one report. */
export interface CheckRun {
  readonly check: Check
  readonly outcome: ToolOutcome
  /** Empty where the check did not finish. */
  readonly report: readonly string[]
  /** The component's directory in the container: tools name its files below it. */
  readonly workdir: string
}

/** The output of a tool that finished with a judgement, or why there is none. */
export type ToolOutcome = Finished | Unfinished

export interface Unfinished {
  readonly finished: false
  readonly why: string
  /** How the command itself ended, and what it said last. Absent: something before or around it failed. */
  readonly ended?: { readonly how: string; readonly said: string }
}

export interface Finished {
  readonly finished: true
  readonly exitCode: number
  /** Version of its installed npm package, where it has one. */
  readonly version?: string
  /** Lines of the component's files with comments that switch the tool off. Default: none. */
  readonly comments?: readonly { readonly file: string; readonly line: number; readonly text: string }[]
  /** Files of the tree under test that it changed or removed: then it has judged another tree. Default: none. */
  readonly changed?: readonly string[]
  /** What it wrote, by file name: its reports, stdout.txt and stderr.txt. */
  readonly files: Readonly<Record<string, string>>
  readonly out: Directory
}

/** A gate's findings and errors, before waivers are applied. */
export interface Judgement {
  readonly findings: readonly ToolFinding[]
  /** Why it could not be judged, or not all of it. Any makes the verdict an error unless something already fails. */
  readonly errors: readonly string[]
  /** Components in which there was nothing to look at. Where these are all, the gate is skipped, and proves nothing. */
  readonly skipped?: readonly SkippedComponent[]
  /** One line for the case that nothing counts: what was looked at. */
  readonly summary: string
  readonly tools: readonly ToolIdentity[]
  readonly figures: Readonly<Record<string, number>>
  readonly database?: DatabaseIdentity
  /** Digests of the images that it judged, by component. Written by the engine. */
  readonly judged?: Readonly<Record<string, Digest>>
  readonly cases?: readonly TestCase[]
  /** What the tools wrote, by path below the gate's directory of reports. */
  readonly reports: Readonly<Record<string, string>>
  /** The mildest of these severities refuses, and so does every graver one. Default: all but info refuse. */
  readonly failOn?: readonly Severity[]
}
