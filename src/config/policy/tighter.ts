import { canonicalJson, toJson } from "../../domain/canonical.ts"
import { gateContexts } from "../../domain/gate-result.ts"
import { type CatalogueEntry, catalogue } from "../../gates/catalogue.ts"
import { valueAt } from "../zod-problems.ts"
import type { Policy, Thresholds } from "./policy.ts"

/** A setting by the keys that lead to it. */
export type Setting = readonly string[]

/**
 * Settings by which a tree's own policy refuses all that its base's refuses, and perhaps more. Only those where that is
 * certain: a setting that is not among them may let something through, because a reader must never be told otherwise.
 */
export function tighterSettings(base: Policy, own: Policy): readonly Setting[] {
  return [
    ...gates(base, own),
    ...Object.entries(base.components).flatMap(([name, before]) => component(name, before, own)),
    ...Object.keys(base.waivers)
      .filter((id) => !Object.hasOwn(own.waivers, id))
      .map((id) => ["waivers", id]),
    ...Object.keys(base.environments).flatMap((name) => environment(name, base, own)),
    ...(base.overrides !== undefined && own.overrides === undefined ? [["overrides"]] : []),
  ]
}

function gates(base: Policy, own: Policy): readonly Setting[] {
  const lists = ["required", "requiredByName"] as const
  const required = lists.flatMap((list) =>
    gateContexts
      .filter((context) => {
        const now = listOf(own, list, context)
        return listOf(base, list, context).every((gate) => now.includes(gate))
      })
      .map((context) => (list === "required" ? ["gates", list, context] : [list, context])),
  )
  const terms = (["acceptedRisk", "falsePositive"] as const).filter(
    (term) => own.gates.waivers[term].ms <= base.gates.waivers[term].ms,
  )
  const settings = (catalogue as readonly CatalogueEntry[]).flatMap(({ name, stricter }) => {
    const [before, now] = [valueAt(base.gates, [name]), valueAt(own.gates, [name])]
    if (stricter === undefined || before === undefined || now === undefined) return []
    return isSame(stricter(now as never, before as never), now) ? [["gates", name]] : []
  })
  return [
    ...required,
    ...terms.map((term) => ["gates", "waivers", term]),
    ...settings,
    ...onFail(base, own),
    ...score(base, own),
  ]
}

function score({ gates: before }: Policy, { gates: now }: Policy): readonly Setting[] {
  return [
    ...(now.security.threshold >= before.security.threshold ? ["threshold"] : []),
    ...(before.security.required.every((context) => now.security.required.includes(context))
      ? ["required"]
      : []),
  ].map((key) => ["gates", "security", key])
}

/** A gate that blocks everywhere now, or is no warning any more. */
function onFail(base: Policy, own: Policy): readonly Setting[] {
  const [before, now] = [valueAt(base.gates, ["onFail"]), valueAt(own.gates, ["onFail"])].map(
    (all) => (all ?? {}) as Readonly<Record<string, unknown>>,
  )
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(now ?? {})])
  return [...names]
    .filter((gate) => now?.[gate] === "block" || (now?.[gate] === undefined && before?.[gate] === "warn"))
    .map((gate) => ["gates", "onFail", gate])
}

function listOf(policy: Policy, list: "required" | "requiredByName", context: string): readonly unknown[] {
  const found = list === "required" ? policy.gates.required : policy.requiredByName
  const gates = valueAt(found, [context])
  return Array.isArray(gates) ? gates : []
}

function component(name: string, before: Thresholds, { components }: Policy): readonly Setting[] {
  const now = Object.hasOwn(components, name) ? components[name] : undefined
  if (now === undefined) return []
  const size = now.maxImageMb ?? Number.POSITIVE_INFINITY
  return [
    ...(now.coverageMinimum >= before.coverageMinimum ? [["coverageMinimum"]] : []),
    ...(size <= (before.maxImageMb ?? Number.POSITIVE_INFINITY) ? [["maxImageMb"]] : []),
    ...Object.keys(before.off)
      .filter((check) => !Object.hasOwn(now.off, check))
      .map((check) => ["off", check]),
  ].map((setting) => ["components", name, ...setting])
}

/** As their files are written. One that the base does not have has nothing to be stricter than. */
function environment(name: string, base: Policy, own: Policy): readonly Setting[] {
  const place = ["environments", name]
  const at = (policy: Policy, key: string) => valueAt(policy, [...place, key])
  const [before, now] = [at(base, "approvals") ?? 0, at(own, "approvals")]
  const more = typeof before === "number" && typeof now === "number" && now >= before
  return [
    ...(at(own, "protected") === true ? [[...place, "protected"]] : []),
    ...(more ? [[...place, "approvals"]] : []),
  ]
}

function isSame(one: unknown, other: unknown): boolean {
  return canonicalJson(toJson(one)) === canonicalJson(toJson(other))
}
