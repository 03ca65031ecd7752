import { type Directory, dag } from "@dagger.io/dagger"
import { timeoutOf } from "../../config/index.ts"
import {
  type AffectedScope,
  type BaseFindings,
  type GateContextName,
  type GateReportData,
  type GateResult,
  reportVerdict,
  SignalboxError,
  type Waiver,
} from "../../domain/index.ts"
import { whyFailed } from "../../toolbox/index.ts"
import type { GateContext, Judgement } from "../gate.ts"
import { customMembers } from "./custom-gate.ts"
import { type Done, type GateProgress, judgeInTurn, type NotStarted } from "./in-turn.ts"
import { watchImages } from "./judged-images.ts"
import { type Concluded, concludeGate, listed, skippedGate } from "./judgement.ts"
import { allMembers, assertNamedApply, isListed, type Member, type Planned, planGate } from "./members.ts"
import { noResult } from "./merge.ts"
import { withSecurityScore } from "./security-result.ts"
import { type GivenContext, sharedContext } from "./shared.ts"
import { within } from "./time-out.ts"
import { notLookedAt } from "./tree-tool/read.ts"

export interface GateRequest {
  readonly context: GivenContext
  /** Context that the report is about. Default: the trust in the code. */
  readonly contextName?: GateContextName
  readonly waivers: readonly Waiver[]
  /** RFC 3339 date of the judgement. */
  readonly date: string
  /** Gates whose verdict counts; what the others find is a warning. */
  readonly required: readonly string[]
  /** Gates whose findings block nothing (`onFail: warn`); those of them that are required must have judged. Default: none. */
  readonly warning?: readonly string[]
  /** Those of them that signalbox.yaml itself names: one that has nothing to judge is a mistake. Default: none. */
  readonly named?: readonly string[]
  /** Gates to judge, in any order. Default: all. */
  readonly chosen?: readonly string[]
  /** Gates that judge in another call. They are listed as skipped. Default: none. */
  readonly weekly?: readonly string[]
  /** The part of the project that the call is about. Default: all of it. */
  readonly affected?: AffectedScope | undefined
  /** What each gate has found in the tree of a base revision: only what is new counts. Default: everything counts. */
  readonly base?: ((gate: string) => BaseFindings) | undefined
  /** Gates at once. Default: as many as there are cores. */
  readonly parallel?: number
  /** Is told of every gate that has come to its result, while the others run. */
  readonly told?: (progress: GateProgress) => void
  /** What other gates have found in the same tree before: the security score of a part counts it, too. Default: a part has no score. */
  readonly beside?: readonly GateResult[] | undefined
  /** Start no further gate once one has come to a result that blocks. Default: false. */
  readonly failFast?: boolean
}

export interface GateRun {
  readonly data: GateReportData
  /** What the tools wrote, as GATE/…. */
  readonly raw: Directory
}

/**
 * Judges by every gate that applies. Whatever goes wrong inside one gate is that gate's error; a wrong call is thrown.
 * @param members Default: those of the catalogue, and those that signalbox.yaml defines.
 * @throws CONFIG_INVALID for a gate that is named as required and does not apply.
 */
export async function runGates(
  request: GateRequest,
  members: readonly Member[] = [...allMembers, ...customMembers(request.context.config)],
): Promise<GateRun> {
  const { waivers, date, required } = request
  const context = sharedContext(request.context)
  const { acceptedRisk, falsePositive } = context.config.gates.waivers
  const terms = { acceptedRisk: acceptedRisk.ms, falsePositive: falsePositive.ms }
  const listedMembers = members.filter((entry) => isListed(entry, context.config, required))
  const all = await Promise.all(
    listedMembers.map(async (entry): Promise<Planned> => {
      const planned = await planGate(entry, context, request.affected)
      return request.weekly?.includes(entry.name) ? { ...planned, notApplicable: weeklyOnly } : planned
    }),
  )
  // Where nothing has changed, there is nothing to look at, and a report without gates is no pass.
  const chosen = all.filter(
    ({ entry }) => request.affected?.changed !== 0 && (request.chosen?.includes(entry.name) ?? true),
  )
  assertNamedApply(chosen, request.named ?? [], request.contextName ?? context.trust)
  const judgeFully = async (planned: Planned): Promise<Done> => {
    const { entry, skipped } = planned
    const counts = required.includes(entry.name)
    const warns = request.warning?.includes(entry.name) ?? false
    const { judgement, raw } = await judgeOne(planned, context, counts)
    const all = [...skipped, ...(judgement.skipped ?? [])]
    const about = { ...entry, base: request.base?.(entry.name) }
    const conclude = (one: Judgement) =>
      concludeGate({ ...about, required: counts, warns, skipped: all }, one, waivers, date, terms)
    if (!hadNothing(judgement, planned)) return { name: entry.name, raw, ...conclude(judgement) }
    const isNamed = request.named?.includes(entry.name) ?? false
    const concluded =
      isNamed && judgement.findings.length > 0
        ? conclude({ ...judgement, errors: [`it is required and judged nothing: ${judgement.summary}`] })
        : withNotLooked(skippedGate(entry, listed(all), all), judgement)
    return { name: entry.name, raw, ...concluded }
  }
  const { done, notStarted } = await judgeInTurn(chosen, judgeFully, request)
  const judgedAll = all.every((one) => one.notApplicable !== undefined || chosen.includes(one))
  const isPart = !judgedAll || request.affected !== undefined || request.base !== undefined
  const isSecurity = (name: string) => members.some((one) => one.name === name && one.kind === "security")
  const data = report(request, done, notStarted, !judgedAll)
  const settings = context.config.gates.security
  return {
    data: withSecurityScore(data, { settings, isSecurity, isPart, beside: request.beside }),
    raw: done.reduce((sum: Directory, { name, raw }) => sum.withDirectory(name, raw), dag.directory()),
  }
}

const weeklyOnly = "it judges in the weekly scan (gates.weekly), and where a call names it"

/** A gate that looked at nothing has not passed: what it names is what nobody looked at. */
function hadNothing({ findings, errors, skipped = [] }: Judgement, { config }: Planned): boolean {
  const components = Object.keys(config.components).length
  const found = findings.filter(({ rule }) => rule !== notLookedAt)
  return skipped.length > 0 && skipped.length === components && found.length + errors.length === 0
}

/** That a gate was skipped hides no file that it should have judged. */
function withNotLooked({ result, stale }: Concluded, { findings }: Judgement): Concluded {
  return { result: { ...result, findings: findings.map((one) => ({ ...one, gate: result.gate })) }, stale }
}

function report(
  request: GateRequest,
  judged: readonly Concluded[],
  notJudged: readonly NotStarted[],
  partial: boolean,
): GateReportData {
  const { affected } = request
  const { config, trust } = request.context
  const gates = judged.map(({ result }) => result)
  return {
    schemaVersion: 1,
    project: config.project,
    date: request.date,
    context: request.contextName ?? trust,
    partial: partial || affected !== undefined || notJudged.length > 0,
    ...(affected === undefined ? {} : { affected }),
    verdict: affected?.changed === 0 ? "skipped" : reportVerdict(gates),
    gates,
    ...(notJudged.length === 0 ? {} : { notJudged }),
    staleWaivers: judged.flatMap(({ stale }) => stale),
  }
}

interface Judged {
  readonly judgement: Judgement
  readonly raw: Directory
}

async function judgeOne(planned: Planned, shared: GateContext, required: boolean): Promise<Judged> {
  const { gate, config, entry, broken } = planned
  if (broken !== undefined) return { judgement: noResult(broken), raw: dag.directory() }
  const limit = timeoutOf(config.gates, entry.name)
  const { context, judged } = watchImages({ ...shared, config, seconds: Math.ceil(limit.ms / 1000) })
  const settings: unknown = Object.entries(config.gates).find(([name]) => name === entry.name)?.[1]
  try {
    const { output, raw } = await within(limit, entry.name, gate.run(context, settings))
    const decided = gate.decide(gate.read(output), config, settings)
    const images = judged()
    const judgement = images === undefined ? decided : { ...decided, judged: images }
    return { judgement, raw: raw ?? asDirectory(judgement.reports) }
  } catch (thrown) {
    // Configuration and usage errors are the caller's to correct: they end the call with 13 if the gate is required. A
    // secret that the caller does not have, as for a fork, is an error of this gate alone; the other gates are judged.
    const isCallersError = thrown instanceof SignalboxError && thrown.exitCode === 13
    if (required && isCallersError && thrown.code !== "SECRET_MISSING") throw thrown
    return { judgement: noResult(whyFailed(thrown)), raw: dag.directory() }
  }
}

function asDirectory(reports: Readonly<Record<string, string>>): Directory {
  return Object.entries(reports).reduce(
    (all: Directory, [path, text]) => all.withNewFile(path, text),
    dag.directory(),
  )
}
