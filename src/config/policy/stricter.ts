import { customGateName, isCustomGateName } from "../schema/custom-gates.ts"
import type { EnvironmentConfig } from "../schema/environment.ts"
import { coverageMinimumByDefault } from "../schema/primitives.ts"
import type { SignalboxConfig } from "../schema/signalbox.ts"

/** The base's environment; of the tree's own counts only that it asks for more approvals. */
export function environmentUnderPolicy(
  own: EnvironmentConfig | undefined,
  base: EnvironmentConfig,
): EnvironmentConfig {
  if (own?.approvals === undefined || !base.protected) return base
  return { ...base, approvals: Math.max(own.approvals, base.approvals ?? 0) }
}

type Component = SignalboxConfig["components"][string]

/**
 * A tree's own configuration, held against the policy of its base: what it consists of is its own, what it is judged by
 * is the base's, and where its own is stricter, its own. A component that the base does not have gets the defaults,
 * because a new name must not lower a threshold.
 */
export function underPolicy(own: SignalboxConfig, base: SignalboxConfig): SignalboxConfig {
  return {
    ...own,
    extends: base.extends,
    protectedBranches: base.protectedBranches,
    signingKeys: base.signingKeys,
    approvers: base.approvers,
    overrides: base.overrides,
    refs: base.refs,
    gates: { ...base.gates, required: requiredByEither(own, base) },
    components: Object.fromEntries(
      Object.entries(own.components).map(([name, component]) => [
        name,
        stricter(component, Object.hasOwn(base.components, name) ? base.components[name] : undefined),
      ]),
    ),
  }
}

function requiredByEither(own: SignalboxConfig, base: SignalboxConfig): SignalboxConfig["gates"]["required"] {
  // What the base does not define cannot judge yet: it counts once it is merged.
  const defined = Object.keys(base.gates.custom ?? {}).map(customGateName)
  const isDefined = (gate: string) => !isCustomGateName(gate) || defined.some((one) => one === gate)
  const both = (context: keyof SignalboxConfig["gates"]["required"]) => [
    ...new Set([...base.gates.required[context], ...own.gates.required[context].filter(isDefined)]),
  ]
  return { fork: both("fork"), branch: both("branch"), release: both("release") }
}

function stricter(own: Component, base: Component | undefined): Component {
  const sizes = [own.maxImageMb, base?.maxImageMb].filter((one) => one !== undefined)
  return {
    ...own,
    coverageMinimum: Math.max(own.coverageMinimum, base?.coverageMinimum ?? coverageMinimumByDefault),
    ...(sizes.length === 0 ? {} : { maxImageMb: Math.min(...sizes) }),
    // A check stays off only where the base has switched it off, too.
    checks: withoutExemptions(own.checks, (name) => isOff(base?.checks, name)),
  }
}

function isOff(checks: Component["checks"] | undefined, name: string): boolean {
  const check = Object.entries(checks ?? {}).find(([key]) => key === name)?.[1]
  return check !== undefined && "off" in check
}

/** The checks without those that are off and must not be: they run as if nothing was said about them. */
export function withoutExemptions(
  own: Component["checks"],
  mayBeOff: (name: string) => boolean,
): Component["checks"] {
  return Object.fromEntries(
    Object.entries(own).filter(([name]) => !isOff(own, name) || mayBeOff(name)),
  ) as Component["checks"]
}
