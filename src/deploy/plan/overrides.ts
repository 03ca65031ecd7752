import {
  type Override,
  type OverrideRule,
  overrideRules,
  type PlanBasis,
  SignalboxError,
} from "../../domain/index.ts"
import type { DriverRequest } from "../request.ts"

type Asked = Pick<DriverRequest, "override" | "environment" | "date">

/** What a call's override sets aside, and what refuses it all the same. */
export interface Judged {
  readonly refused: readonly SignalboxError[]
  readonly overridden: readonly { readonly rule: OverrideRule; readonly refusal: SignalboxError }[]
}

/** Marks a refusal as one that certain rules of an override set aside. Others are set aside by none. */
export function overridableBy(refusal: SignalboxError, ...rules: readonly OverrideRule[]): SignalboxError {
  const context = { ...refusal.detail.context, override: rules.join(",") }
  return new SignalboxError(refusal.code, { ...refusal.detail, context })
}

/** An override that the policy does not allow sets nothing aside, and is a refusal of its own. */
export function withOverride(all: readonly SignalboxError[], request: Asked): Judged {
  const { override } = request
  if (override === null) return { refused: all, overridden: [] }
  const forbidden = overrideRefusal(request)
  if (forbidden !== null) return { refused: [forbidden, ...all], overridden: [] }
  const ruleFor = (refusal: SignalboxError) => {
    const by = String(refusal.detail.context?.override ?? "").split(",")
    return overrideRules.find((rule) => by.includes(rule) && override.rules.includes(rule))
  }
  return {
    refused: all.filter((one) => ruleFor(one) === undefined),
    overridden: all.flatMap((refusal) => {
      const rule = ruleFor(refusal)
      return rule === undefined ? [] : [{ rule, refusal }]
    }),
  }
}

/** Why the policy of the base does not allow what the call asks for; null where it does. */
export function overrideRefusal({ override, environment, date }: Asked): SignalboxError | null {
  if (override === null) return null
  const { policy, rules, until } = override
  const refused = (why: string, next: string) =>
    new SignalboxError("OVERRIDE_REFUSED", {
      what: `the policy does not allow this override in ${environment.name}`,
      where: "signalbox.yaml of the base revision: overrides",
      why,
      next,
    })
  const lists = "the policy has to list it before it is needed: merge that change first"
  if (policy === null) return refused("it allows none", lists)
  const others = rules.filter((rule) => !policy.rules.includes(rule))
  if (others.length > 0)
    return refused(`it does not list ${others.join(", ")}; it lists ${policy.rules.join(", ")}`, lists)
  if (policy.expires !== null && date.slice(0, 10) > policy.expires)
    return refused(`it allowed overrides until ${policy.expires}`, lists)
  if (until !== null && Date.parse(until) > Date.parse(date) + policy.maxAge.ms)
    return refused(
      `until ${until} is longer than ${policy.maxAge}`,
      "leave --override-until out, or name an earlier time",
    )
  return null
}

/** The override as an operation that begins now records it. @param used rules that would have refused it */
export function recordedOverride(
  { override, date }: Pick<Asked, "override" | "date">,
  used: readonly OverrideRule[],
): Override | null {
  if (override === null || override.policy === null || used.length === 0) return null
  const longest = Date.parse(date) + override.policy.maxAge.ms
  const until = override.until === null ? longest : Math.min(longest, Date.parse(override.until))
  return { rules: [...new Set(used)].sort(), reason: override.reason, until: new Date(until).toISOString() }
}

/** What a plan says of it, and its hash covers: never a date that the call itself would make another one each time. */
export function plannedOverride({ override }: Pick<Asked, "override">): Pick<PlanBasis, "override"> {
  if (override === null) return {}
  const { rules, reason, until, policy } = override
  return {
    override: {
      rules: [...rules].sort(),
      reason,
      until,
      maxAge: policy === null ? null : String(policy.maxAge),
    },
  }
}
