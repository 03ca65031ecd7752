/** What people need to know of a rule that a gate can report. Plain sentences, without markup. */
export interface RuleExplanation {
  /** What was found. */
  readonly what: string
  readonly why: string
  readonly mend: string
  /** What to do instead of a waiver, where one is not needed or not possible. Default: a waiver, as for any finding. */
  readonly waive?: string
  /** Where it is described further: an address, or a file of the documentation. */
  readonly readOn?: string
}

/** The rules of a gate that are its own, and no tool's, by their names in reports. */
export type Rules = Readonly<Record<string, RuleExplanation>>

/** Of what is reported and refuses nothing. */
export const refusesNothing = "It refuses nothing (severity info), so that no waiver is needed."
