import type { Directory } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import type { GateReportData, Waiver } from "../src/domain/index.ts"
import { gateContexts, SignalboxError } from "../src/domain/index.ts"
import type { GateName } from "../src/gates/index.ts"
import type { Trust } from "../src/toolbox/index.ts"
import { buildRequest } from "./build.ts"
import { chartDirectory } from "./bundle.ts"

/** The gates' results, the rendered reports and the tools' own output. */
export interface GateRun {
  readonly data: GateReportData
  /** report.json, report.md, report.html, report.sarif, junit.xml, and GATE/… as the tools wrote it. */
  readonly reports: Directory
}

/**
 * Judges a source tree by every gate that applies to it. Those that `gates.required` lists for the context block; what
 * the others find is a warning.
 * @param only the only gates to run. Each of them blocks, because the caller asked for it. Default: all.
 * @param skip gates to leave out. A report of fewer gates than apply is partial and never evidence.
 * @throws CONFIG_INVALID, SHALLOW_CLONE, USAGE for a wrong call, or for a gate that signalbox.yaml requires by name and
 * that has nothing to judge; what goes wrong inside a gate is that gate's verdict.
 */
export async function judge(
  session: Session,
  trust: Trust,
  only?: readonly GateName[],
  skip: readonly GateName[] = [],
): Promise<GateRun> {
  const { gateNames, runGates } = await import("../src/gates/index.ts")
  const { buildAll } = await import("../src/build/index.ts")
  const { directory } = await import("../src/report/index.ts")
  const [inputs, waivers, chart, inFile] = await Promise.all([
    buildRequest(session, trust),
    readWaivers(session),
    chartDirectory(session),
    isListedInFile(session, trust),
  ])
  const { config } = inputs
  const required = config.gates.required[trust]
  const { data, raw } = await runGates({
    context: {
      ...inputs,
      git: session.inputs.git,
      images: () => buildAll(inputs),
      chart: () => chart,
      environment: (name) => session.environment(name),
    },
    waivers,
    date: session.now.toISOString().slice(0, 10),
    required: only ?? required,
    named: inFile ? required : [],
    chosen: (only ?? gateNames).filter((name) => !skip.includes(name)),
  })
  let reports = raw
  for (const [name, text] of Object.entries(directory(data))) reports = reports.withNewFile(name, text)
  return { data, reports }
}

/** The gates that `--only` and `--skip` name. @throws USAGE for an unknown name, or when no gate is left. */
export async function chooseGates(
  only: readonly string[],
  skip: readonly string[],
): Promise<{ readonly only?: readonly GateName[]; readonly skip: readonly GateName[] }> {
  const { gateNames } = await import("../src/gates/index.ts")
  const [wanted, unwanted] = [await parseGateNames(only), await parseGateNames(skip)]
  const left = gateNames.filter(
    (name) => (only.length === 0 || wanted.includes(name)) && !unwanted.includes(name),
  )
  if (left.length === 0)
    throw new SignalboxError("USAGE", {
      what: "--only and --skip leave no gate to run",
      next: "name fewer with --skip",
    })
  return { ...(only.length === 0 ? {} : { only: wanted }), skip: unwanted }
}

/** @throws USAGE */
async function parseGateNames(texts: readonly string[]): Promise<readonly GateName[]> {
  const { gateNames, isGateName } = await import("../src/gates/index.ts")
  const { nearest } = await import("../src/domain/index.ts")
  return texts.map((text) => {
    if (isGateName(text)) return text
    const suggestion = nearest(text, gateNames)
    throw new SignalboxError("USAGE", {
      what: `there is no gate ${JSON.stringify(text)}`,
      why: `gates are ${gateNames.join(", ")}`,
      next: suggestion === undefined ? "name one of them" : `did you mean ${JSON.stringify(suggestion)}?`,
    })
  })
}

/** @throws USAGE */
export function trustOf(context: string): Trust {
  const found = gateContexts.find((name) => name === context)
  if (found !== undefined) return found
  throw new SignalboxError("USAGE", {
    what: `there is no context ${JSON.stringify(context)}`,
    next: "name fork, branch or release",
  })
}

/** Whether signalbox.yaml itself lists the context's required gates: a gate named there must never be skipped silently. */
async function isListedInFile(session: Session, trust: Trust): Promise<boolean> {
  const { listedContexts } = await import("../src/config/index.ts")
  const { config } = session.inputs
  const text = await (config === undefined ? session.file("signalbox.yaml") : config.contents())
  return listedContexts(text).includes(trust)
}

async function readWaivers(session: Session): Promise<readonly Waiver[]> {
  const { waivers } = await session.config()
  if (waivers === null) return []
  const { parseWaivers } = await import("../src/config/index.ts")
  return parseWaivers(await session.file(waivers), waivers)
}
