import type { Directory } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import type { GateName, GateReportData, Waiver } from "../src/domain/index.ts"
import { SignalboxError } from "../src/domain/index.ts"
import type { Trust } from "../src/toolbox/index.ts"
import { chartOf } from "./bundle.ts"

/** A report of gates, its renderings and what the tools wrote. */
export interface Judged {
  readonly data: GateReportData
  /** report.json, report.md, report.html, report.sarif, junit.xml, and GATE/… as the tools wrote it. */
  readonly reports: Directory
}

/**
 * Judges a source tree by its gates.
 * @param chosen gates to judge; a report of some is partial and never evidence. Default: all for a release, otherwise what
 * `gates.required` lists for the context.
 * @throws CONFIG_INVALID, SHALLOW_CLONE, USAGE for a wrong call; what goes wrong inside a gate is that gate's verdict.
 */
export async function judge(session: Session, trust: Trust, chosen?: readonly GateName[]): Promise<Judged> {
  const { runGates } = await import("../src/gates/index.ts")
  const { buildAll } = await import("../src/build/index.ts")
  const { directory } = await import("../src/report/index.ts")
  const [config, toolbox, waivers, chart] = await Promise.all([
    session.config(),
    session.toolbox(),
    readWaivers(session),
    chartOf(session),
  ])
  const { source, git } = session.inputs
  const judged = chosen ?? (trust === "release" ? undefined : config.gates.required[trust])
  const { data, raw } = await runGates({
    context: {
      source,
      git,
      config,
      toolbox,
      trust,
      chart: () => chart,
      environment: (name) => session.environment(name),
    },
    images: () => buildAll({ config, source, toolbox, trust }),
    waivers,
    date: session.now.toISOString().slice(0, 10),
    ...(judged === undefined ? {} : { chosen: judged }),
  })
  let reports = raw
  for (const [name, text] of Object.entries(directory(data))) reports = reports.withNewFile(name, text)
  return { data, reports }
}

/** Names of gates as a caller gives them. @throws USAGE for an unknown one, or when nothing is left. */
export async function chooseGates(
  only: readonly string[],
  skip: readonly string[],
): Promise<readonly GateName[] | undefined> {
  const { gateNames, isGateName, nearest } = await import("../src/domain/index.ts")
  for (const name of [...only, ...skip]) {
    if (isGateName(name)) continue
    const meant = nearest(name, gateNames)
    throw new SignalboxError("USAGE", {
      what: `there is no gate ${JSON.stringify(name)}`,
      why: `gates are ${gateNames.join(", ")}`,
      next: meant === undefined ? "name one of them" : `did you mean ${JSON.stringify(meant)}?`,
    })
  }
  if (only.length === 0 && skip.length === 0) return undefined
  const chosen = gateNames.filter(
    (name) => (only.length === 0 || only.includes(name)) && !skip.includes(name),
  )
  if (chosen.length > 0) return chosen
  throw new SignalboxError("USAGE", { what: "no gate is left to judge", next: "name fewer with --skip" })
}

/** @throws USAGE */
export function trustOf(context: string): Trust {
  const found = (["fork", "branch", "release"] as const).find((one) => one === context)
  if (found !== undefined) return found
  throw new SignalboxError("USAGE", {
    what: `there is no context ${JSON.stringify(context)}`,
    next: "name fork, branch or release",
  })
}

async function readWaivers(session: Session): Promise<readonly Waiver[]> {
  const { waivers } = await session.config()
  if (waivers === null) return []
  const { parseWaivers } = await import("../src/config/index.ts")
  return parseWaivers(await session.file(waivers), waivers)
}
