import { type Directory, dag } from "@dagger.io/dagger"
import { type Component, componentNamed } from "../config/index.ts"
import {
  type GateName,
  type GateReportData,
  type GateResult,
  gateNames,
  reportVerdict,
  SignalboxError,
  type StaleWaiver,
  type Waiver,
} from "../domain/index.ts"
import { whyFailed } from "../toolbox/index.ts"
import { charts } from "./charts.ts"
import { makeWorkshop } from "./components.ts"
import type { Gate, GateContext, Judged } from "./context.ts"
import { coverage } from "./coverage.ts"
import { images } from "./images.ts"
import { concludeGate, unjudged } from "./judgement.ts"
import { limiter } from "./limit.ts"
import { lint } from "./lint.ts"
import { secrets } from "./secrets.ts"
import { typecheck } from "./typecheck.ts"
import { runTests, unit } from "./unit.ts"
import { vulnerabilities } from "./vulnerabilities.ts"

const gates: Readonly<Record<GateName, Gate>> = {
  typecheck,
  lint,
  unit,
  coverage,
  secrets,
  vulnerabilities,
  images,
  charts,
}

export interface GateRequest {
  readonly context: Omit<GateContext, "images" | "tests" | "workshop">
  readonly images: GateContext["images"]
  readonly waivers: readonly Waiver[]
  /** RFC 3339 date of the judgement. */
  readonly date: string
  /** Gates to judge, in any order. Default: all. */
  readonly chosen?: readonly GateName[]
  /** Gates at once. Default 4: their tools compete for the same cores. */
  readonly parallel?: number
}

export interface GateRun {
  readonly data: GateReportData
  /** What the tools wrote, as GATE/…. */
  readonly raw: Directory
}

/** Judges. Whatever goes wrong inside one gate is that gate's error; a wrong call is thrown. */
export async function runGates(request: GateRequest): Promise<GateRun> {
  const chosen = gateNames.filter((name) => request.chosen?.includes(name) ?? true)
  const workshop = onceEach((component: Component) => makeWorkshop(request.context, component))
  const shared = { ...request.context, images: once(request.images), workshop }
  const context = { ...shared, tests: testsOnce(shared) }
  const limited = limiter(request.parallel ?? 4)
  const judged = await Promise.all(
    chosen.map((name) => limited(async () => [name, await judgeOne(gates[name], context)] as const)),
  )
  const concluded = judged.map(([name, { judgement }]) =>
    concludeGate(name, judgement, request.waivers, request.date),
  )
  const results = concluded.map(({ result }) => result)
  return {
    data: report(
      request,
      results,
      concluded.flatMap(({ stale }) => stale),
    ),
    raw: judged.reduce((all: Directory, [name, { raw }]) => all.withDirectory(name, raw), dag.directory()),
  }
}

function report(
  request: GateRequest,
  results: readonly GateResult[],
  stale: readonly StaleWaiver[],
): GateReportData {
  const { config, trust } = request.context
  return {
    schemaVersion: 1,
    project: config.project,
    date: request.date,
    context: trust,
    partial: results.length < gateNames.length,
    verdict: reportVerdict(results),
    gates: results,
    staleWaivers: stale,
  }
}

async function judgeOne(gate: Gate, context: GateContext): Promise<Judged> {
  try {
    return await gate.run(context)
  } catch (thrown) {
    // Configuration and usage are the caller's: they end the call with 13, not with a verdict.
    if (thrown instanceof SignalboxError && thrown.exitCode === 13) throw thrown
    return { judgement: unjudged(whyFailed(thrown)), raw: dag.directory() }
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= work()
    return result
  }
}

function onceEach<K, V>(work: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const results = new Map<K, Promise<V>>()
  return (key) => {
    const started = results.get(key) ?? work(key)
    results.set(key, started)
    return started
  }
}

/** Two gates read one run. */
function testsOnce(context: Omit<GateContext, "tests">): GateContext["tests"] {
  return onceEach((name) => runTests({ ...context, tests: never }, componentNamed(context.config, name)))
}

function never(): never {
  throw new SignalboxError("INTERNAL", { what: "tests do not read tests" })
}
