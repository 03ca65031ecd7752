import { type GateContextName, gateContexts } from "../../domain/gate-result.ts"
import { type CatalogueEntry, catalogue, stricterSecurityScore } from "../../gates/catalogue.ts"
import type { EnvironmentConfig } from "../schema/environment.ts"
import type { EnvironmentRules, SharedPolicy } from "../schema/policy.ts"
import type { SignalboxConfig } from "../schema/signalbox.ts"
import type { Source } from "../source.ts"
import { valueAt } from "../zod-problems.ts"
import { assertAcceptTogether, bothAllow, branchesPlace, type Extended, unsatisfiable } from "./both.ts"
import { withoutExemptions } from "./stricter.ts"

/**
 * A configuration under the policy that it extends: each setting is the stricter of both, and what the shared policy does
 * not name is the configuration's own.
 * @param source the text that the configuration was read from: errors name its lines.
 * @throws CONFIG_INVALID where nothing satisfies both.
 */
export function underShared(config: SignalboxConfig, source: Source, shared: Extended): SignalboxConfig {
  const { components = {}, protectedBranches, signingKeys } = shared.policy
  return {
    ...config,
    protectedBranches: bothAllow(
      config.protectedBranches,
      protectedBranches,
      (branch) => branch,
      branchesPlace(source, shared),
    ),
    // No keys is the weakest there is: then nothing has to be signed.
    signingKeys:
      config.signingKeys.length === 0
        ? [...(signingKeys ?? [])]
        : bothAllow(config.signingKeys, signingKeys, keyText, { source, shared, path: ["signingKeys"] }),
    overrides: overridesUnder(config.overrides, shared.policy),
    gates: gatesUnder(config.gates, shared.policy),
    components: Object.fromEntries(
      Object.entries(config.components).map(([name, component]) => [
        name,
        componentUnder(component, components),
      ]),
    ),
  }
}

/** An environment under the shared policy's rules: those for every environment, and those for its name. */
export function environmentUnder(
  environment: EnvironmentConfig,
  source: Source,
  shared: Extended,
): EnvironmentConfig {
  const all = rulesFor(environment.name, shared.policy)
  assertAcceptTogether(all, environment.name, source, shared)
  return all.reduce((held, rules) => environmentBy(held, rules, source, shared), environment)
}

function environmentBy(
  environment: EnvironmentConfig,
  rules: EnvironmentRules,
  source: Source,
  shared: Extended,
): EnvironmentConfig {
  if (rules.promotedOnly === true && environment.promotesFrom === null)
    throw unsatisfiable(
      { source, shared, path: ["promotesFrom"] },
      {
        own: null,
        demand: "takes only promoted releases here",
        write: "promotesFrom: ENVIRONMENT, in which a release is verified before",
      },
    )
  // It could be called with a kubeconfig all the same: an exception for embedded clusters would be a way out.
  if (rules.protected === true && environment.cluster.embedded)
    throw unsatisfiable(
      { source, shared, path: ["cluster", "embedded"] },
      {
        own: true,
        demand: "protects this environment",
        write: "cluster: { embedded: false }, or give it another environment",
      },
    )
  const isProtected = environment.protected || rules.protected === true
  if (rules.approvals !== undefined && !isProtected)
    throw unsatisfiable(
      { source, shared, path: ["protected"] },
      { own: false, demand: `asks for approvals: ${rules.approvals} here`, write: "protected: true" },
    )
  const accepted = rules.acceptedDatabases
  return {
    ...environment,
    protected: isProtected,
    ...(rules.approvals === undefined
      ? {}
      : { approvals: Math.max(rules.approvals, environment.approvals ?? 0) }),
    acceptedDatabases: bothAllow(
      environment.acceptedDatabases,
      accepted,
      ({ name }) => name,
      { source, shared, path: ["acceptedDatabases"] },
      (one) => {
        const ages = (accepted ?? []).filter(({ name }) => name === one.name).map(({ maxAge }) => maxAge)
        return { ...one, maxAge: shortest(one.maxAge, ...ages) }
      },
    ),
  }
}

function rulesFor(name: string, { everyEnvironment, environments = {} }: SharedPolicy): EnvironmentRules[] {
  const own = Object.hasOwn(environments, name) ? environments[name] : undefined
  return [everyEnvironment, own].filter((rules) => rules !== undefined)
}

function gatesUnder(own: SignalboxConfig["gates"], { gates = {} }: SharedPolicy): SignalboxConfig["gates"] {
  const { required = {}, waivers = {} } = gates
  const onFail = onFailUnder(own.onFail, gates)
  const both = (context: GateContextName) => [
    ...new Set([...own.required[context], ...(required[context] ?? [])]),
  ]
  const settings = (catalogue as readonly CatalogueEntry[]).flatMap(({ name, stricter }) => {
    const floor = valueAt(gates, [name])
    return stricter === undefined || floor === undefined
      ? []
      : [[name, stricter(valueAt(own, [name]) as never, floor as never)] as const]
  })
  return {
    ...own,
    ...Object.fromEntries(settings),
    ...(onFail === undefined ? {} : { onFail }),
    ...(gates.security === undefined
      ? {}
      : { security: stricterSecurityScore(own.security, gates.security) }),
    required: Object.fromEntries(
      gateContexts.map((context) => [context, both(context)]),
    ) as typeof own.required,
    waivers: {
      acceptedRisk: shortest(own.waivers.acceptedRisk, waivers.acceptedRisk),
      falsePositive: shortest(own.waivers.falsePositive, waivers.falsePositive),
    },
  }
}

/** What the shared policy blocks by, in whichever way it says so, is made a warning by no repository. */
function onFailUnder(
  own: SignalboxConfig["gates"]["onFail"],
  { required = {}, onFail = {} }: NonNullable<SharedPolicy["gates"]>,
): SignalboxConfig["gates"]["onFail"] {
  const blocking = new Set<string>([
    ...gateContexts.flatMap((context) => required[context] ?? []),
    ...Object.keys(onFail),
  ])
  if (own === undefined && Object.keys(onFail).length === 0) return undefined
  const left = Object.entries(own ?? {}).filter(([gate, what]) => what === "block" || !blocking.has(gate))
  return { ...Object.fromEntries(left), ...onFail }
}

/** Where no rule is left, none may be overridden. */
function overridesUnder(
  own: SignalboxConfig["overrides"],
  { overrides: limits }: SharedPolicy,
): SignalboxConfig["overrides"] {
  if (own === undefined || limits === undefined) return own
  const rules = own.rules.filter((rule) => limits.rules?.includes(rule) ?? true)
  return rules.length === 0 ? undefined : { ...own, rules, maxAge: shortest(own.maxAge, limits.maxAge) }
}

type Component = SignalboxConfig["components"][string]

function componentUnder(
  own: Component,
  { coverageMinimum = 0, maxImageMb, checksOff }: NonNullable<SharedPolicy["components"]>,
): Component {
  const sizes = [own.maxImageMb, maxImageMb].filter((size) => size !== undefined)
  return {
    ...own,
    coverageMinimum: Math.max(own.coverageMinimum, coverageMinimum),
    ...(sizes.length === 0 ? {} : { maxImageMb: Math.min(...sizes) }),
    checks: withoutExemptions(own.checks, (name) => checksOff?.some((one) => one === name) ?? true),
  }
}

/** One key is one, however its PEM is wrapped. */
function keyText({ publicKey }: SignalboxConfig["signingKeys"][number]): string {
  return publicKey.replace(/\s+/g, "")
}

function shortest<T extends { readonly ms: number }>(first: T, ...others: readonly (T | undefined)[]): T {
  return others.reduce<T>((least, one) => (one !== undefined && one.ms < least.ms ? one : least), first)
}
