import type { Component } from "../../config/index.ts"
import type { ToolIdentity } from "../../domain/index.ts"
import type { Check, CheckName } from "../../languages/index.ts"
import type { ReportedComponent } from "../formats/report.ts"
import type { CheckRun, GateContext, Judgement } from "../gate.ts"

/** A check that looks at each component by itself, with the component's own tools. */
export interface ComponentCheck<Reading, Gathered = undefined> {
  /** Which of the component's checks it is. */
  readonly name: CheckName
  /** @throws OUTPUT_UNREADABLE */
  read(report: readonly string[], check: Check, component: ReportedComponent): Reading
  decide(reading: Reading, about: DecideAbout, gathered: Gathered | undefined): Judgement
  /** Whether comments that switch the tool off are told here: two checks may read one run. Default: false. */
  readonly tellsComments?: true
  /** What else of the source tree the decision needs, after the check has run. Default: nothing. */
  gather?(context: GateContext, name: string, run: CheckRun): Promise<Gathered>
}

/** What a decision may need beside what was read. */
export interface DecideAbout {
  readonly name: string
  readonly component: Component
  /** Where what is found about all of the component is reported. */
  readonly manifest: string
  /** What judged, as errors name it: the project's own script or command, or the tool. */
  readonly tool: string
  readonly exitCode: number
}

/** The result of one component's check. */
export interface ComponentRun<Gathered = unknown> {
  readonly name: string
  readonly component: Component
  readonly manifest: string
  /** Where its reports lie below the gate's: the component's name, and of a further command its tool's. */
  readonly place: string
  readonly tools: readonly ToolIdentity[]
  readonly run: CheckRun | { readonly undetermined: string }
  /** Absent where the check gathers nothing, or did not finish. */
  readonly gathered?: Gathered
}

/** The same with the report read, or why it cannot be read. */
export type ComponentReading<Reading, Gathered = unknown> = ComponentRun<Gathered> &
  ({ readonly reading: Reading; readonly about: DecideAbout } | { readonly error: string })
