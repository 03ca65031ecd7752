import type { Container, Directory } from "@dagger.io/dagger"
import type { BuiltImage } from "../build/index.ts"
import type { Component, EnvironmentConfig, SignalboxConfig } from "../config/index.ts"
import type { GateName } from "../domain/index.ts"
import type { ToolboxFile, Trust } from "../toolbox/index.ts"
import type { Ran } from "./exec.ts"
import type { Judgement } from "./judgement.ts"

/** What gates get to see. */
export interface GateContext {
  readonly source: Directory
  /** Directory that holds `.git`. */
  readonly git?: Directory | undefined
  readonly config: SignalboxConfig
  readonly toolbox: ToolboxFile
  readonly trust: Trust
  /** The built images; built once, however many gates ask. */
  images(): Promise<readonly BuiltImage[]>
  /** One component's tests with coverage; run once for the two gates that read it. */
  tests(component: string): Promise<Ran>
  /** A component with all that its own tools need; put together once for the gates that run them. */
  workshop(component: Component): Promise<Container>
  /** The project's chart, or the one that Signalbox brings. */
  chart(): Directory
  environment(name: string): Promise<EnvironmentConfig>
}

/** One gate: runs its tools, reads what they wrote, and says what was learned. Throws only what it cannot explain. */
export interface Gate {
  readonly name: GateName
  run(context: GateContext): Promise<Judged>
}

/** A judgement, and the raw reports as the tools left them. */
export interface Judged {
  readonly judgement: Judgement
  readonly raw: Directory
}
