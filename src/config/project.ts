import { neverApproved } from "./approvals.ts"
import type { Checked } from "./document.ts"
import { type Problem, show } from "./problem.ts"
import { checkReference, keysAt, textsAt } from "./reference.ts"
import type { EnvironmentConfig } from "./schema/environment.ts"
import type { SignalboxConfig } from "./schema/signalbox.ts"
import type { Source } from "./source.ts"
import { valueAt } from "./zod-problems.ts"

/** Rules between signalbox.yaml and its environment files: every name exists, and promotions form no cycle. */
export function checkTogether(
  config: Checked<SignalboxConfig>,
  environments: readonly Checked<EnvironmentConfig>[],
): readonly Problem[] {
  if (config.source.problems.length > 0) return []
  const names = textsAt(config.source, ["environments"])
  const components = keysAt(config.source, ["components"])
  const references = environments.flatMap(({ source }) => [
    ...checkReference(source, ["name"], "environment", names),
    ...checkReference(source, ["promotesFrom"], "environment", names),
    ...checkReference(source, ["access", "component"], "component", components),
    ...hooksOf(source).flatMap((_, index) =>
      checkReference(source, ["hooks", index, "component"], "component", components),
    ),
  ])
  return [...references, ...cycles(environments), ...tooFewApprovers(config, environments)]
}

/** Only signalbox.yaml names approvers: neither a shared policy nor anything else adds one. */
function tooFewApprovers(
  { value }: Checked<SignalboxConfig>,
  environments: readonly Checked<EnvironmentConfig>[],
): readonly Problem[] {
  if (value === undefined) return []
  return environments.flatMap(({ source, value: environment }) =>
    environment === undefined ? [] : neverApproved(environment, value.approvers, source),
  )
}

function hooksOf(source: Source): readonly unknown[] {
  const hooks = valueAt(source.value, ["hooks"])
  return Array.isArray(hooks) ? hooks : []
}

/** A cycle of promotions has no first environment. Each cycle is reported once. */
function cycles(environments: readonly Checked<EnvironmentConfig>[]): readonly Problem[] {
  const byName = new Map(
    environments.flatMap((one) => {
      const name = valueAt(one.source.value, ["name"])
      return typeof name === "string" ? [[name, one] as const] : []
    }),
  )
  const from = (name: string): string | undefined => {
    const next = valueAt(byName.get(name)?.source.value, ["promotesFrom"])
    return typeof next === "string" ? next : undefined
  }
  const reported = new Set<string>()
  const found: Problem[] = []
  for (const [start, { source }] of byName) {
    const chain = [start]
    for (let next = from(start); next !== undefined && !chain.includes(next); next = from(next))
      chain.push(next)
    const last = chain.at(-1)
    // The check of a single file reports one that promotes from itself.
    if (last === undefined || chain.length === 1 || from(last) !== start || reported.has(start)) continue
    for (const name of chain) reported.add(name)
    const actual = show(valueAt(source.value, ["promotesFrom"]))
    const circle = [...chain, start].join(" from ")
    const message = `promotions go in a circle: ${circle}`
    found.push({
      file: source.file,
      ...source.at(["promotesFrom"]),
      path: "promotesFrom",
      message,
      seen: actual,
    })
  }
  return found
}
