import { type Component, languageOf } from "./catalogue.ts"
import { type AnyReport, type Check, type CheckName, type Checks, checkNames } from "./check.ts"
import type { DeclaredChecks } from "./declared.ts"
import type { ComponentRequest } from "./language.ts"

type Found = Checks[CheckName]

/** A component's checks: those that `signalbox.yaml` declares, else those that its language derives from its files. */
export async function checksOf(request: ComponentRequest<Component>): Promise<Checks> {
  const declared = declaredOf(request.component)
  // Declared checks need no file of the language, and must not fail where one is missing.
  if (isComplete(declared)) return declared
  const language = await languageOf(request.component)
  return { ...noIntegration, ...(await language.checks(request)), ...declared }
}

/** Starting what is there under a usual name could change a database that the developer means to keep: nothing is guessed. */
const noIntegration = {
  integration: { notApplicable: "no integration tests are declared: checks.integration" },
} as const

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
          : { ...checkOf(command, one.judged, one.report), ...besideOf(one) }
    }
  }
  return found
}

/** What only integration tests have. */
function besideOf(declared: object): Pick<Check, "services" | "environment"> {
  const { services, environment } = declared as Partial<
    Extract<DeclaredChecks["integration"], { services: unknown }>
  >
  return {
    ...(services === undefined ? {} : { services }),
    ...(environment === undefined ? {} : { environment }),
  }
}

function checkOf(
  command: readonly string[],
  judged: readonly number[],
  { format, path }: { readonly format: AnyReport["format"]; readonly path?: string | undefined },
): Check {
  // A command line does not contain the tool's version: the evidence names the program.
  const tool = { name: command[0] ?? "", version: "declared", script: command.join(" ") }
  // Its standard output is always written to the reports directory.
  const report: AnyReport =
    path === undefined ? { format, path: "stdout.txt", in: "reports" } : { format, path, in: "component" }
  return { tool, command, judged, report }
}
