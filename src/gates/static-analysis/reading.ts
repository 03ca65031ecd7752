import type { ToolFinding } from "../../domain/index.ts"
import type { NotLooked } from "../engine/tree-tool/read.ts"

/** What one of the tools says. */
export interface ToolReading {
  /** As the tool says it; undefined where it said nothing. */
  readonly version: string | undefined
  readonly findings: readonly ToolFinding[]
  /** Where it could not read on. */
  readonly unread: readonly ToolFinding[]
  readonly notLooked: readonly NotLooked[]
  readonly errors: readonly string[]
}

/** Rule of the findings that name code which could not be parsed. */
export const unparsed = "unparsed-code"
