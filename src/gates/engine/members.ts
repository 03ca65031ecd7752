import type { SignalboxConfig } from "../../config/index.ts"
import {
  type AffectedScope,
  type GateContextName,
  SignalboxError,
  type SkippedComponent,
} from "../../domain/index.ts"
import { whyFailed } from "../../toolbox/index.ts"
import { type CatalogueEntry, catalogue } from "../catalogue.ts"
import type { Gate, GateContext } from "../gate.ts"
import { listed } from "./judgement.ts"

/** A catalogue entry whose module holds a gate. */
export interface Member extends CatalogueEntry {
  readonly load: () => Promise<{ readonly gate: Gate }>
}

export const allMembers: readonly Member[] = catalogue

/** Whether a report lists a gate: one that judges only where it is configured is asked for by its settings, or by its name. */
export function isListed(entry: Member, config: SignalboxConfig, byName: readonly string[]): boolean {
  if (entry.whereConfigured !== true || byName.includes(entry.name)) return true
  return Object.entries(config.gates).some(
    ([name, settings]) => name === entry.name && settings !== undefined,
  )
}

/** A gate, and the part of the project that it judges. */
export interface Planned {
  readonly entry: Member
  readonly gate: Gate
  /** As the gate gets it: without the components in `skipped`. */
  readonly config: SignalboxConfig
  readonly skipped: readonly SkippedComponent[]
  /** Why it does not apply at all. */
  readonly notApplicable?: string
  /** It does not apply to what the call is about, and may well apply to the rest. */
  readonly notAffected?: true
  /** Why it cannot be said whether it applies: then it does, and is an error. */
  readonly broken?: string
}

/**
 * Loads a gate and finds out what it applies to. Components that have switched it off are left out of its
 * configuration.
 */
export async function planGate(
  entry: Member,
  context: GateContext,
  affected?: AffectedScope,
): Promise<Planned> {
  const { gate } = await entry.load()
  const switched = entry.perComponent === true ? switchedOff(context.config, entry.name) : []
  const untouched = notAffected(entry, context.config, affected)
  const off = [
    ...switched,
    ...untouched.filter(({ component }) => !switched.some((one) => one.component === component)),
  ]
  const config = withoutComponents(context.config, off)
  if (entry.judges === "chart" && affected?.chart === false)
    return { entry, gate, config, skipped: [], notApplicable: whyNot(affected), notAffected: true }
  if (Object.keys(config.components).length === 0) {
    const part = untouched.length > 0 ? { notAffected: true as const } : {}
    return { entry, gate, config, skipped: off, notApplicable: listed(off), ...part }
  }
  const applies = await gate.appliesTo(config, { ...context, config }).catch(whyFailed)
  if (typeof applies === "string") return { entry, gate, config, skipped: off, broken: applies }
  if (!applies.applies) {
    const why = [listed(off), applies.why].filter((text) => text !== "").join("; ")
    return { entry, gate, config, skipped: off, notApplicable: why }
  }
  const skipped = [...off, ...(applies.skipped ?? [])]
  return { entry, gate, config: withoutComponents(config, skipped), skipped }
}

/** Components that the call is not about. Of a gate over the whole tree none: a secret may lie anywhere. */
function notAffected(
  { perComponent, judges }: Member,
  { components }: SignalboxConfig,
  affected: AffectedScope | undefined,
): SkippedComponent[] {
  if (affected === undefined || (perComponent !== true && judges !== "components")) return []
  return Object.keys(components)
    .filter((component) => !affected.components.includes(component))
    .map((component) => ({ component, why: whyNot(affected) }))
}

const whyNot = ({ since }: AffectedScope): string => `not affected since ${since}`

function switchedOff(config: SignalboxConfig, gate: string): SkippedComponent[] {
  return Object.entries(config.components).flatMap(([component, { checks }]) => {
    const found = Object.entries(checks).find(([name]) => name === gate)?.[1]
    const reason = found !== undefined && "off" in found ? found.off : undefined
    return reason === undefined ? [] : [{ component, why: `off: ${reason}` }]
  })
}

function withoutComponents(config: SignalboxConfig, skipped: readonly SkippedComponent[]): SignalboxConfig {
  if (skipped.length === 0) return config
  const names = new Set(skipped.map(({ component }) => component))
  const applicable = Object.entries(config.components).filter(([name]) => !names.has(name))
  return { ...config, components: Object.fromEntries(applicable) }
}

/**
 * A project that requires a gate in signalbox.yaml relies on its verdict: a gate with nothing to judge is refused
 * before any tool runs.
 * @throws CONFIG_INVALID
 */
export function assertNamedApply(
  planned: readonly Planned[],
  named: readonly string[],
  context: GateContextName,
): void {
  const first = planned.find(
    ({ entry, notApplicable, notAffected: untouched }) =>
      notApplicable !== undefined && untouched !== true && named.includes(entry.name),
  )
  if (first === undefined) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `the gate ${first.entry.name} is required and has nothing to judge`,
    where: `signalbox.yaml: gates.required.${context}`,
    why: first.notApplicable ?? "",
    next: `give it what it judges; or take ${first.entry.name} out of the list, in this file or in the policy that it extends`,
  })
}
