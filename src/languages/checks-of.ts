import { type Component, languageOf } from "./catalogue.ts"
import { type AnyReport, type Check, type CheckName, type Checks, checkNames } from "./check.ts"
import type { ComponentRequest } from "./language.ts"

type Found = Checks[CheckName]

/** How a component is checked: as `signalbox.yaml` declares it, else as its language tells by its files. */
export async function checksOf(request: ComponentRequest<Component>): Promise<Checks> {
  const declared = declaredOf(request.component)
  // What is declared needs no file of the language's own, and must not fail for one.
  if (isComplete(declared)) return declared
  const language = await languageOf(request.component)
  return { ...(await language.checks(request)), ...declared }
}

function isComplete(declared: Partial<Checks>): declared is Checks {
  return checkNames.every((name) => name in declared)
}

function declaredOf({ checks }: Component): Partial<Record<CheckName, Found>> {
  const found: Partial<Record<CheckName, Found>> = {}
  for (const name of checkNames) {
    const one = checks[name]
    if (one === undefined) continue
    if ("off" in one) found[name] = { notApplicable: `off: ${one.off}` }
    else {
      const { unit } = checks
      const command = one.command ?? (unit !== undefined && "command" in unit ? unit.command : undefined)
      found[name] =
        command === undefined
          ? { undetermined: "its report is declared, and neither its own command nor that of unit" }
          : checkOf(command, one.judged, one.report)
    }
  }
  return found
}

function checkOf(
  command: readonly string[],
  judged: readonly number[],
  { format, path }: { readonly format: AnyReport["format"]; readonly path?: string | undefined },
): Check {
  // Whose version it is nobody can tell from a command line: the evidence names the program.
  const tool = { name: command[0] ?? "", version: "declared" }
  // What it prints is kept beside the reports, in whatever container it runs.
  const report: AnyReport =
    path === undefined ? { format, path: "stdout.txt", in: "reports" } : { format, path, in: "component" }
  return { tool, command, judged, report }
}
