import type { Container } from "@dagger.io/dagger"
import { componentNamed } from "../../config/index.ts"
import {
  type Check,
  type Component,
  type ComponentRequest,
  checksOf,
  type Language,
  languageOf,
  workdir,
} from "../../languages/index.ts"
import { whyFailed } from "../../toolbox/index.ts"
import type { GateContext } from "../gate.ts"
import { type RanCommand, reportOf, runCommand, withoutReports } from "./run-check.ts"

/** What a call gives to its gates; the rest of their context is made here. */
export type GivenContext = Omit<GateContext, "request" | "checks" | "runCheck">

/** The context of all gates of a call: what several of them need is made once. */
export function sharedContext(given: GivenContext): GateContext {
  const { config, source, toolbox, trust, login, secrets } = given
  const request = (name: string): ComponentRequest<Component> => ({
    ...{ name, source, toolbox, trust, login, secrets },
    component: componentNamed(config, name),
  })
  const checks = onceEach((name: string) => checksOf(request(name)))
  const container = onceEach(async (name: string): Promise<{ language: Language; container: Container }> => {
    const language = await languageOf(request(name).component)
    const [container, found] = await Promise.all([language.developmentContainer(request(name)), checks(name)])
    return { language, container: await withoutReports(container, found, language.hasNode) }
  })
  const ranCommand = async ({ name, check }: NamedCheck): Promise<RanCommand | string> => {
    try {
      const { language, container: development } = await container(name)
      return await runCommand(development, check, language)
    } catch (thrown) {
      return whyFailed(thrown)
    }
  }
  // Two gates may read what one command writes.
  const commands = onceEach(ranCommand, ({ name, check: { command, judged } }) =>
    JSON.stringify([name, command, judged]),
  )
  return {
    ...given,
    request,
    images: once(() => given.images()),
    checks,
    runCheck: async (name, check) => {
      const ran = await commands({ name, check })
      return typeof ran === "string"
        ? { check, ran: { ran: false, why: ran }, report: [], workdir }
        : reportOf(ran, check)
    },
  }
}

interface NamedCheck {
  readonly name: string
  readonly check: Check
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= work()
    return result
  }
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
