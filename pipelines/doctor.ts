import type { ClusterAccess, Outcome, Session } from "../src/call/index.ts"
import { accessTo, askProgram } from "../src/call/index.ts"
import { ExitCode, SignalboxError } from "../src/domain/index.ts"
import { isInsecure, measurements, openEnds, program, toolContainer } from "../src/toolbox/index.ts"
import { assertConfigurationValid } from "./configuration.ts"
import { registryPlace } from "./evidence.ts"
import { observe } from "./operate.ts"
import { otherRegistry } from "./other-registry.ts"

/** One thing that a pipeline depends on, and how it answered. */
interface HealthCheck {
  readonly name: string
  readonly state: "ok" | "slow" | "broken"
  readonly detail: string
  readonly next?: string
}

/** Milliseconds above which something works, but makes every call noticeably slower. */
const slowMs = { engine: 3000, dns: 500, registry: 1000, cluster: 5000 } as const

const advice = {
  engine: "look at the load and the disk of the machine that the engine runs on",
  disk: "prune the engine's cache: dagger core engine local-cache prune",
  dns: "check the name servers of the engine's machine",
  registry: "check the registry's address in the toolbox or signalbox.yaml, and the network",
  cluster: "check the kubeconfig and the network path to the API server",
} as const

/** Measures engine, disk, DNS, registry and, with a kubeconfig, the cluster; says what is slow or broken and what to do. */
export async function doctor(
  session: Session,
  environment: string | undefined,
  access: ClusterAccess,
): Promise<Outcome> {
  const checks = [
    await checkConfiguration(session),
    ...(await checkPolicy(session)),
    ...(await checkEngine(session)),
    ...(await checkToolbox(session)),
    ...(await checkRegistryPlace(session)),
  ]
  if (environment !== undefined) checks.push(await checkCluster(session, environment, access))
  const width = Math.max(...checks.map(({ name }) => name.length))
  const lines = checks.map(({ name, state, detail, next }) => {
    const nextLine = next === undefined ? "" : `\n${" ".repeat(width + 9)}${next}`
    return `${state.padEnd(6)}  ${name.padEnd(width)} ${detail}${nextLine}`
  })
  const broken = checks.some(({ state }) => state === "broken")
  return { exitCode: broken ? ExitCode.error : ExitCode.pass, stdout: `${lines.join("\n")}\n` }
}

/** @throws CONFIG_INVALID with every mistake in every file that signalbox.yaml names. */
async function checkConfiguration(session: Session): Promise<HealthCheck> {
  const { environments, project } = await session.config()
  await assertConfigurationValid(session)
  return { name: "configuration", state: "ok", detail: `${project}: ${environments.join(", ")}` }
}

/** A policy that the project extends; nothing is read where it extends none. @throws CONFIG_INVALID */
async function checkPolicy(session: Session): Promise<HealthCheck[]> {
  const { extends: own } = await session.config()
  if (own === undefined) return []
  const { policyInForce } = await import("./policy.ts")
  try {
    const { identity } = await policyInForce(session)
    const inForce =
      identity.extends === own ? "" : `; the policy in force extends ${identity.extends ?? "none"}`
    return [{ name: "policy", state: "ok", detail: `extends ${own}${inForce}` }]
  } catch (thrown) {
    if (!(thrown instanceof SignalboxError) || thrown.exitCode === ExitCode.usage) throw thrown
    const next =
      "no verdict and no deployment is possible until it can be read: check extends and its registry"
    return [{ name: "policy", state: "broken", detail: `extends ${own}: ${thrown.detail.what}`, next }]
  }
}

async function checkEngine(session: Session): Promise<HealthCheck[]> {
  const [toolbox, place] = await Promise.all([session.toolbox(), registryPlace(session)])
  const url = `${isInsecure(toolbox, place.registry) ? "http" : "https"}://${place.registry}`
  const prepared = toolContainer(toolbox, "node").withFile("/probe.ts", program("src/toolbox/probe.ts"))
  await prepared.sync()
  const started = performance.now()
  const probe = {
    name: "the probe",
    where: "the engine",
    next: advice.engine,
    container: prepared,
    command: ["/probe.ts", url],
  }
  const { answer: probes } = await askProgram(session, probe, measurements)
  const engineMs = performance.now() - started
  const probesMs = probes.reduce((sum, { ms }) => sum + ms, 0)
  const engine = healthCheck("engine", true, engineMs - probesMs, "starts a container")
  return [engine, ...probes.map(({ name, ok, ms, detail }) => healthCheck(name, ok, ms, detail))]
}

async function checkToolbox(session: Session): Promise<HealthCheck[]> {
  const found = openEnds(await session.toolbox())
  if (found.length === 0) return [{ name: "toolbox", state: "ok", detail: "every image is pinned by digest" }]
  return found.map(({ what, cost, next, state }) => ({
    name: "toolbox",
    state,
    detail: `${what}: ${cost}`,
    next,
  }))
}

/** Nothing is wrong with it, and nobody sees it in signalbox.yaml. */
async function checkRegistryPlace(session: Session): Promise<HealthCheck[]> {
  const detail = await otherRegistry(session)
  return detail === null ? [] : [{ name: "toolbox", state: "ok", detail }]
}

async function checkCluster(session: Session, name: string, access: ClusterAccess): Promise<HealthCheck> {
  let started = performance.now()
  const elapsedMs = () => performance.now() - started
  try {
    // An embedded cluster starts first: its start-up must not count as a slow answer of the API server.
    await accessTo(session, await session.environment(name), access)
    started = performance.now()
    const status = await observe(session, name, access)
    const running = status.current === null ? "nothing deployed" : `runs ${status.current.version}`
    const lock = status.lock === null ? "" : `, locked by ${status.lock.holder}`
    return healthCheck("cluster", true, elapsedMs(), `${name}: ${running}${lock}`)
  } catch (thrown) {
    if (thrown instanceof SignalboxError && thrown.exitCode === ExitCode.usage) throw thrown
    return healthCheck(
      "cluster",
      false,
      elapsedMs(),
      thrown instanceof Error ? thrown.message : String(thrown),
    )
  }
}

function healthCheck(name: string, ok: boolean, ms: number, detail: string): HealthCheck {
  const limit = Object.entries(slowMs).find(([key]) => key === name)?.[1] ?? Number.POSITIVE_INFINITY
  const state = !ok ? "broken" : ms > limit ? "slow" : "ok"
  const next = Object.entries(advice).find(([key]) => key === name)?.[1]
  return {
    name,
    state,
    detail: `${detail} (${Math.round(ms)} ms)`,
    ...(state === "ok" || next === undefined ? {} : { next }),
  }
}
