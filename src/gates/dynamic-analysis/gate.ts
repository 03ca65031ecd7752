import type { Container } from "@dagger.io/dagger"
import type { SignalboxConfig } from "../../config/index.ts"
import { asSignalboxError, type SkippedComponent, type ToolIdentity } from "../../domain/index.ts"
import { notStarted, type Started, stackServices } from "../../services/index.ts"
import { programs, toolContainer, usedTool } from "../../toolbox/index.ts"
import { execTool } from "../engine/exec.ts"
import { mergeJudgements, noResult } from "../engine/merge.ts"
import { withStack } from "../engine/stack.ts"
import type { Gate, GateContext, ToolOutcome } from "../gate.ts"
import { judgeService, type Service } from "./decide.ts"
import type { ProbeRequest } from "./probe/report.ts"
import { type Probed, readProbe } from "./read.ts"
import { type DynamicAnalysisSettings, defaultDynamicAnalysis } from "./settings.ts"

interface ProbedService<T> extends Service {
  /** What it has answered, or why nothing is known of it. */
  readonly probed: T | string
}

interface Probes<T> {
  readonly tool: ToolIdentity
  readonly services: readonly ProbedService<T>[]
  readonly skipped: readonly SkippedComponent[]
  /** Components of settings that are none. */
  readonly unknown: readonly string[]
}

/** Seconds in which a service has to begin to serve once its port is open. */
const startSeconds = 30
const answerSeconds = 10

/** Each component as it is built, with what the stack has beside it, by what it answers. */
export const gate: Gate<DynamicAnalysisSettings | undefined, Probes<ToolOutcome>, Probes<Probed>> = {
  // Components are not left out here: others of the stack may need one that is not looked at.
  appliesTo: async () => ({ applies: true }),
  async run(context, settings = defaultDynamicAnalysis) {
    const { config, toolbox } = context
    const tool = await usedTool(toolbox, "node")
    const skipped = notAsked(config, settings)
    const unknown = Object.keys(settings.components).filter((name) => config.components[name] === undefined)
    const wanted = servicesOf(config, skipped)
    const services = wanted.length === 0 ? [] : await probed(context, settings, wanted)
    return { output: { tool, services, skipped, unknown } }
  },
  read: ({ services, ...rest }) => ({
    ...rest,
    services: services.map(({ probed, ...one }) => ({ ...one, probed: readOutcome(probed, one.name) })),
  }),
  decide({ tool, services, skipped, unknown }, _, settings = defaultDynamicAnalysis) {
    const parts = services.map(({ probed, ...one }) =>
      typeof probed === "string" ? noResult(`${one.name}: ${probed}`) : judgeService(one, probed),
    )
    const judged = mergeJudgements(parts)
    const errors = unknown.map((name) => `gates.dynamic-analysis.components: there is no component ${name}`)
    const { failOn } = settings
    return { ...judged, errors: [...errors, ...judged.errors], skipped, tools: [tool], failOn }
  },
}

/** Components that nobody asks: they are switched off, or a worker, which listens on no port. */
export function notAsked(
  { components }: Pick<SignalboxConfig, "components">,
  settings: DynamicAnalysisSettings,
): readonly SkippedComponent[] {
  return Object.entries(components).flatMap(([component, about]) => {
    const off = settings.components[component]?.off
    if (off !== undefined) return [{ component, why: `off: ${off}` }]
    const isWorker = "kind" in about && about.kind === "worker"
    return isWorker ? [{ component, why: "it is a worker, which listens on no port" }] : []
  })
}

/** A component may run several times in a stack, with other variables. */
function servicesOf(config: SignalboxConfig, skipped: readonly SkippedComponent[]): readonly Service[] {
  return Object.entries(stackServices(config)).flatMap(([name, service]) =>
    service.kind === "component" && !skipped.some(({ component }) => component === service.component)
      ? [{ name, component: service.component }]
      : [],
  )
}

async function probed(
  context: GateContext,
  settings: DynamicAnalysisSettings,
  wanted: readonly Service[],
): Promise<readonly ProbedService<ToolOutcome>[]> {
  const { config, toolbox } = context
  const node = toolContainer(toolbox, "node").withDirectory(
    "/probe",
    programs("src/gates/dynamic-analysis/probe"),
  )
  // One that nobody looks at, and that the stack does not list, is not needed by the others.
  const { container, services } = await withStack(
    context,
    node,
    (name) => name in config.stack || wanted.some((one) => one.name === name),
  )
  const results: ProbedService<ToolOutcome>[] = []
  // One after the other: what is sent to one service must not change what another one answers.
  for (const one of wanted) {
    const port = services.find(({ name }) => name === one.name)?.port
    const probed =
      port === undefined
        ? "it was not started"
        : await probe(container, requestFor(one, port, config, settings), services, context.seconds)
    results.push({ ...one, probed })
  }
  return results
}

export function requestFor(
  { name, component }: Service,
  port: number,
  { components }: Pick<SignalboxConfig, "components">,
  { follow, components: lookedAt }: DynamicAnalysisSettings,
): ProbeRequest {
  const { paths = [], host = `${name}:${port}`, redirects = [] } = lookedAt[component] ?? {}
  const configured = components[component]
  const health = configured !== undefined && "health" in configured ? configured.health : undefined
  // The path of its health check says first whether it serves: the start page may need somebody who is signed in.
  const all = [...new Set([health, "/", ...paths].filter((path) => path !== undefined))]
  return { name, port, host, paths: all, follow, redirects, startSeconds, answerSeconds }
}

async function probe(
  container: Container,
  request: ProbeRequest,
  services: Started,
  seconds: number,
): Promise<ToolOutcome | string> {
  const ready = container.withNewFile("/request.json", JSON.stringify(request))
  const { outcome } = await execTool(ready, ["node", "/probe/main.ts", "/request.json"], [0], { seconds })
  if (outcome.finished) return outcome
  return (await notStarted(services)) ?? outcome
}

function readOutcome(outcome: ToolOutcome | string, name: string): Probed | string {
  if (typeof outcome === "string") return outcome
  if (!outcome.finished) return whyNot(outcome)
  try {
    return readProbe(outcome.files["stdout.txt"], name)
  } catch (thrown) {
    return asSignalboxError(thrown).message
  }
}

const whyNot = ({ why, ended }: Extract<ToolOutcome, { finished: false }>): string =>
  ended === undefined ? why : `its answers could not be looked at: the probe ${ended.how}${ended.said}`
