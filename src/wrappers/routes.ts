import type { EnvironmentConfig, RefRule } from "../config/index.ts"
import { SignalboxError } from "../domain/index.ts"
import { canShare } from "./conditions.ts"
import type { Refs } from "./job.ts"

/** Refs that go to one environment. */
export interface Target {
  readonly refs: Refs
  readonly environment: string
}

/** Rules with the same kind and target are one job. The first rule that matches a ref wins, so later ones except it. */
export function groupByTarget(rules: readonly RefRule[]): readonly Target[] {
  const groups = new Map<string, Target & { refs: { patterns: string[]; except: string[] } }>()
  const before = { branch: [] as string[], tag: [] as string[] }
  for (const { branch, tag, environment } of rules) {
    const kind = branch === undefined ? "tag" : "branch"
    const pattern = branch ?? tag ?? ""
    const key = `${kind} ${environment}`
    const group = groups.get(key) ?? { refs: { kind, patterns: [], except: [] }, environment }
    const foreign = before[kind].filter((one) => !group.refs.patterns.includes(one))
    group.refs.except.push(
      ...foreign.filter((one) => !group.refs.except.includes(one) && canShare(one, pattern)),
    )
    group.refs.patterns.push(pattern)
    before[kind].push(pattern)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** @throws UNKNOWN_ENVIRONMENT */
export function environmentNamed(
  all: Readonly<Record<string, EnvironmentConfig>>,
  name: string,
): EnvironmentConfig {
  const found = Object.hasOwn(all, name) ? all[name] : undefined
  if (found !== undefined) return found
  const next = `create environments/${name}.yaml`
  throw new SignalboxError("UNKNOWN_ENVIRONMENT", { what: `the environment ${name} has no file`, next })
}

/** The environments that a release passes, in order, the named one last. Stops at an environment that would repeat. */
export function promotionChain(
  all: Readonly<Record<string, EnvironmentConfig>>,
  name: string,
): readonly [...EnvironmentConfig[], EnvironmentConfig] {
  const chain: [...EnvironmentConfig[], EnvironmentConfig] = [environmentNamed(all, name)]
  const isListed = (other: string) => chain.some((environment) => environment.name === other)
  for (let from = chain[0]?.promotesFrom; from != null && !isListed(from); ) {
    const previous = environmentNamed(all, from)
    chain.unshift(previous)
    from = previous.promotesFrom
  }
  return chain
}
