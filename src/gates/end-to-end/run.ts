import type { ToolIdentity } from "../../domain/index.ts"
import { notStarted } from "../../services/index.ts"
import { forwardedPorts } from "../../stack/index.ts"
import { usedTool, withVariables } from "../../toolbox/index.ts"
import { reportOf, runCommand, withoutReports } from "../engine/run-check.ts"
import { withStack } from "../engine/stack.ts"
import type { CheckRun, GateContext } from "../gate.ts"
import { addresses } from "./addresses.ts"
import { checkOf, reporterVariables } from "./command.ts"
import { browserContainer, testsRequest, withTests } from "./container.ts"
import { forwarding, withForwarding } from "./forwarding.ts"
import type { EndToEndSettings } from "./settings.ts"

export interface EndToEndRun {
  readonly run: CheckRun
  readonly tools: readonly ToolIdentity[]
  /** Directory of the tests, relative to the source root, and its files relative to it. */
  readonly directory: string
  readonly files: readonly string[]
}

/** The tests in the browser's image, with the running application beside them. Nothing of it outlives the exec. */
export async function runEndToEnd(context: GateContext, settings: EndToEndSettings): Promise<EndToEndRun> {
  const { toolbox, source, config } = context
  const { directory } = settings
  const check = checkOf(settings)
  const [browser, request, image] = await Promise.all([
    browserContainer(toolbox),
    testsRequest(context, directory),
    usedTool(toolbox, "browser"),
  ])
  const [tests, files] = await Promise.all([
    withTests(browser.container, request),
    source.directory(directory).glob("**"),
  ])
  // A report that is committed is of another run.
  const clean = await withoutReports(tests, { integration: check }, true)
  const { container, services } = await withStack(context, clean)
  const ports = forwardedPorts(config, [...services])
  const ready = withForwarding(
    withVariables(container, {
      ...addresses(config, settings, ports),
      ...reporterVariables,
      BROWSER_PATH: browser.path,
    }),
  )
  const run = await runTests()
  return {
    run,
    tools: [{ ...image, version: browser.version }, testTool(run, image)],
    ...{ directory, files: files.filter((file) => !file.endsWith("/")) },
  }

  async function runTests(): Promise<CheckRun> {
    const beside = { ...check, command: forwarding(ports, check.command) }
    const nothing = { toolbox, source: null }
    const result = await runCommand(ready, beside, { hasNode: true }, nothing, context.seconds)
    const why = result.outcome.finished ? undefined : await notStarted(services)
    if (why === undefined) return reportOf(result, check)
    return { check, outcome: { finished: false, why }, report: [], workdir: result.workdir }
  }
}

function testTool({ check, outcome }: CheckRun, { image }: ToolIdentity): ToolIdentity {
  const { name, version, script } = check.tool
  return {
    name,
    version: (outcome.finished ? outcome.version : undefined) ?? version,
    ...(script === undefined ? {} : { script }),
    ...(image === undefined ? {} : { image }),
  }
}
