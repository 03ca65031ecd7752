import type { SignalboxConfig } from "../../config/index.ts"
import { type GateContextName, SignalboxError, type SkippedComponent } from "../../domain/index.ts"
import { whyFailed } from "../../toolbox/index.ts"
import { type CatalogueEntry, catalogue } from "../catalogue.ts"
import type { Gate, GateContext } from "../gate.ts"
import { listed } from "./judgement.ts"

/** A catalogue entry whose module holds a gate. */
export interface Member extends CatalogueEntry {
  readonly load: () => Promise<{ readonly gate: Gate }>
}

export const allMembers: readonly Member[] = catalogue

/** A gate, and the part of the project that it judges. */
export interface Planned {
  readonly entry: Member
  readonly gate: Gate
  /** As the gate gets it: without the components in `skipped`. */
  readonly config: SignalboxConfig
  readonly skipped: readonly SkippedComponent[]
  /** Why it does not apply at all. */
  readonly notApplicable?: string
  /** Why it cannot be said whether it applies: then it does, and is an error. */
  readonly broken?: string
}

/**
 * Loads a gate and finds out what it applies to. Components that have switched it off are left out of its
 * configuration.
 */
export async function planGate(entry: Member, context: GateContext): Promise<Planned> {
  const { gate } = await entry.load()
  const off = entry.perComponent === true ? switchedOff(context.config, entry.name) : []
  const config = withoutComponents(context.config, off)
  if (Object.keys(config.components).length === 0)
    return { entry, gate, config, skipped: off, notApplicable: listed(off) }
  const applies = await gate.appliesTo(config, { ...context, config }).catch(whyFailed)
  if (typeof applies === "string") return { entry, gate, config, skipped: off, broken: applies }
  if (!applies.applies) {
    const why = [listed(off), applies.why].filter((text) => text !== "").join("; ")
    return { entry, gate, config, skipped: off, notApplicable: why }
  }
  const skipped = [...off, ...(applies.skipped ?? [])]
  return { entry, gate, config: withoutComponents(config, skipped), skipped }
}

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
    ({ entry, notApplicable }) => notApplicable !== undefined && named.includes(entry.name),
  )
  if (first === undefined) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `the gate ${first.entry.name} is required and has nothing to judge`,
    where: `signalbox.yaml: gates.required.${context}`,
    why: first.notApplicable ?? "",
    next: `give it what it judges; or take ${first.entry.name} out of the list, in this file or in the policy that it extends`,
  })
}
