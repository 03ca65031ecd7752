import type { Container } from "@dagger.io/dagger"
import { runnable } from "../../build/index.ts"
import { componentNamed, timeoutOf } from "../../config/index.ts"
import {
  type Check,
  type Component,
  type ComponentRequest,
  checksOf,
  type Language,
  languageOf,
  rootOf,
  workdir,
} from "../../languages/index.ts"
import { imagesWithPorts, notStarted, type ServiceSource, withServices } from "../../services/index.ts"
import { whyFailed, withVariables } from "../../toolbox/index.ts"
import { componentGateNames } from "../catalogue.ts"
import type { GateContext } from "../gate.ts"
import { type CommandResult, reportOf, runCommand, withoutReports } from "./run-check.ts"

/** The part of a gate's context that the call provides; the rest is created here. */
export type GivenContext = Omit<GateContext, "request" | "checks" | "runCheck" | "seconds">

/** The context of all gates of a call: what several gates need is computed once. */
export function sharedContext(given: GivenContext): GateContext {
  const { config, source, toolbox, trust, login, secrets } = given
  // Gates share the commands of components: with a limit for each, one command would run once for each.
  const seconds = Math.max(...componentGateNames.map((name) => timeoutOf(config.gates, name).ms / 1000))
  const request = (name: string): ComponentRequest<Component> => ({
    ...{ name, source, toolbox, trust, login, secrets },
    component: componentNamed(config, name),
  })
  const checks = onceEach((name: string) => checksOf(request(name)))
  const image = onceEach((name: string) => given.image(name))
  const container = onceEach(async (name: string): Promise<{ language: Language; container: Container }> => {
    const language = await languageOf(request(name).component)
    const [container, found] = await Promise.all([language.developmentContainer(request(name)), checks(name)])
    return { language, container: await withoutReports(container, found, language.hasNode) }
  })
  const services: ServiceSource = {
    toolbox,
    component: imagesWithPorts(config, async (name) => runnable(await image(name))),
  }
  const runForComponent = async ({ name, check }: NamedCheck): Promise<CommandResult | string> => {
    try {
      const { language, container: development } = await container(name)
      const { component } = request(name)
      const beside = await withServices(development, check.services ?? {}, services)
      const ready = withVariables(beside.container, check.environment ?? {})
      const tree = { toolbox, source: "path" in component ? source.directory(rootOf(component)) : null }
      const result = await runCommand(ready, check, language, tree, seconds)
      if (result.outcome.finished) return result
      return (await notStarted(beside.services)) ?? result
    } catch (thrown) {
      return whyFailed(thrown)
    }
  }
  // Two gates may read what one command writes.
  const commands = onceEach(runForComponent, ({ name, check }) =>
    JSON.stringify([name, check.command, check.judged, check.services, check.environment]),
  )
  return {
    ...given,
    seconds,
    request,
    image,
    checks,
    runCheck: async (name, check) => {
      const result = await commands({ name, check })
      return typeof result === "string"
        ? { check, outcome: { finished: false, why: result }, report: [], workdir }
        : reportOf(result, check)
    },
  }
}

interface NamedCheck {
  readonly name: string
  readonly check: Check
}

/** @param keyOf what tells two arguments apart. Default: the argument itself. */
function onceEach<K, V>(
  work: (argument: K) => Promise<V>,
  keyOf: (argument: K) => unknown = (argument) => argument,
): (argument: K) => Promise<V> {
  const results = new Map<unknown, Promise<V>>()
  return (argument) => {
    const key = keyOf(argument)
    const started = results.get(key) ?? work(argument)
    results.set(key, started)
    return started
  }
}
