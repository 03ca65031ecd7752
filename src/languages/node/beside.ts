import { type Check, type NotApplicable, type ToolChecks, type Undetermined } from "../check.ts"

/** The checks that a member of a workspace would have as a component. */
export interface ChecksBeside {
  /** Its package.json, relative to the source root. */
  readonly manifest: string
  readonly checks: ToolChecks
  /** Whether its script `build` runs the compiler: then its types have been checked when the component is. */
  readonly compiled: boolean
}

/** The checks of a component, each with the members that it is built with and that have such a check of their own: nobody runs it. */
export function withAside(checks: ToolChecks, beside: readonly ChecksBeside[]): ToolChecks {
  const of = (name: keyof ToolChecks): Check | NotApplicable | Undetermined => {
    const aside = beside
      .filter(
        ({ checks, compiled }) => !("notApplicable" in checks[name] || (compiled && name === "typecheck")),
      )
      .map(({ manifest }) => manifest)
    return aside.length === 0 || "undetermined" in checks[name] ? checks[name] : { ...checks[name], aside }
  }
  return { typecheck: of("typecheck"), lint: of("lint"), unit: of("unit"), coverage: of("coverage") }
}
