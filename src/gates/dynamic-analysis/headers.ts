/** What the headers of an answer say, and what they leave out. Pure. */
import type { ProbedAnswer } from "./read.ts"

/** A defect of an answer, before it has its place. */
export interface Defect {
  readonly rule: string
  readonly severity: "critical" | "high" | "medium" | "low"
  readonly message: string
  readonly fix: string
}

const ofPages: readonly ((answer: ProbedAnswer, policy: string | undefined) => Defect | undefined)[] = [
  (_, policy) =>
    policy !== undefined
      ? undefined
      : {
          rule: "content-security-policy-missing",
          severity: "medium",
          message: "the page has no Content-Security-Policy",
          fix: "send one, such as: Content-Security-Policy: default-src 'self'; object-src 'none'; frame-ancestors 'none'",
        },
  (_, policy) => {
    const why = policy === undefined ? undefined : loose(policy)
    if (why === undefined) return undefined
    return {
      rule: "content-security-policy-loose",
      severity: "medium",
      message: `its Content-Security-Policy lets any script run: ${why}`,
      fix: "name the origins of scripts, and give those within the page a nonce or a hash",
    }
  },
  ({ headers }) =>
    isFramed(headers)
      ? {
          rule: "frame-protection-missing",
          severity: "medium",
          message: "the page may be shown in a frame of any site",
          fix: "send Content-Security-Policy with frame-ancestors, or X-Frame-Options: DENY",
        }
      : undefined,
  ({ headers }) => {
    const policy = headers["referrer-policy"]?.toLowerCase()
    if (policy !== undefined && policy.trim() !== "" && !policy.includes("unsafe-url")) return undefined
    return {
      rule: "referrer-policy-missing",
      severity: "low",
      message:
        policy === undefined
          ? "the page has no Referrer-Policy"
          : "its Referrer-Policy tells whole addresses",
      fix: "send Referrer-Policy: strict-origin-when-cross-origin, or a stricter one",
    }
  },
]

/** Whether a browser shows it, or runs it: what leads on shows nothing, and nobody works on a page that is not there. */
export const isShown = ({ status }: ProbedAnswer): boolean =>
  (status >= 200 && status < 300) || status === 401 || status === 403

/** Rules about every answer, and not about pages of HTML alone. */
export const aboutAll: ReadonlySet<string> = new Set(["content-type-options-missing"])

/** @param answer that is shown */
export function headerDefects(answer: ProbedAnswer): readonly Defect[] {
  const { headers, html } = answer
  const policy = policyOf(answer)
  const page = html === undefined ? [] : ofPages.flatMap((of) => of(answer, policy) ?? [])
  const sniffed = answer.bytes > 0 && !/^\s*nosniff\s*(?:,|$)/i.test(headers["x-content-type-options"] ?? "")
  return sniffed ? [...page, unsniffed] : page
}

const unsniffed: Defect = {
  rule: "content-type-options-missing",
  severity: "low",
  message: "browsers may take it for another type than it states",
  fix: "send X-Content-Type-Options: nosniff",
}

function policyOf({ headers, html }: ProbedAnswer): string | undefined {
  const all = [headers["content-security-policy"], html?.policy].filter((one) => one?.trim())
  return all.length === 0 ? undefined : all.join(",")
}

/** The directives of each policy: of several, all hold, so that the strictest decides. */
function policies(text: string): ReadonlyMap<string, readonly string[]>[] {
  return text.split(",").map((policy) => {
    const directives = new Map<string, readonly string[]>()
    for (const directive of policy.split(";")) {
      const [name = "", ...values] = directive.trim().toLowerCase().split(/\s+/)
      if (name !== "" && !directives.has(name)) directives.set(name, values)
    }
    return directives
  })
}

/** Why scripts of anybody may run; undefined where one of the policies does not let them. */
function loose(text: string): string | undefined {
  const reasons = policies(text).map((policy) => {
    const sources = policy.get("script-src-elem") ?? policy.get("script-src") ?? policy.get("default-src")
    if (sources === undefined) return "it says nothing of scripts"
    const isBound = sources.some((one) => /^'(?:nonce-|sha(?:256|384|512)-)/.test(one))
    if (sources.includes("'unsafe-inline'") && !isBound && !sources.includes("'strict-dynamic'"))
      return "'unsafe-inline'"
    const any = sources.find((one) => one === "data:" || anyHost.test(one))
    return any === undefined || (isBound && sources.includes("'strict-dynamic'")) ? undefined : any
  })
  return reasons.includes(undefined) ? undefined : reasons[0]
}

/** Sources that every host belongs to. */
const anyHost = /^(?:https?:|(?:https?:\/\/)?\*(?::(?:\*|\d+))?\/?)$/

/** A policy in the page itself cannot say it: browsers ignore frame-ancestors there. */
function isFramed(headers: ProbedAnswer["headers"]): boolean {
  const ancestors = policies(headers["content-security-policy"] ?? "").flatMap((policy) => {
    const named = policy.get("frame-ancestors")
    return named === undefined ? [] : [named]
  })
  // Where a policy speaks of frames, browsers do not read X-Frame-Options; of several policies, all hold.
  if (ancestors.length > 0) return ancestors.every((one) => one.some((source) => anyHost.test(source)))
  // The application and the proxy in front of it may both send it.
  const options = (headers["x-frame-options"] ?? "").split(",")
  return !options.every((one) => /^(?:deny|sameorigin)$/i.test(one.trim()))
}
