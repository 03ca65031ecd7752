/** What answers show beside their headers. Pure. */
import type { Defect } from "./headers.ts"
import type { SignName } from "./probe/signs.ts"
import type { ProbedAnswer } from "./read.ts"

type BySign = Readonly<Record<SignName, Omit<Defect, "message"> & { readonly says: string }>>

const bySign: BySign = {
  "directory-listing": {
    ...{ rule: "directory-listing", severity: "medium", says: "lists its files" },
    fix: "switch listings off (nginx: autoindex off), or have an index file there",
  },
  "dot-file": {
    ...{ rule: "dot-file-served", severity: "critical", says: "is served to anybody" },
    fix: "keep it out of the image and out of the directory that is served; whatever secret it had is known now",
  },
  "stack-trace": {
    ...{ rule: "stack-trace", severity: "medium", says: "answers with a stack trace" },
    fix: "answer errors without their traces, and log those: NODE_ENV=production, DEBUG = False, server.error.include-stacktrace=never",
  },
  "debug-page": {
    ...{ rule: "debug-page", severity: "high", says: "answers with a page for developers" },
    fix: "run it without its debug mode",
  },
  "debug-endpoint": {
    ...{ rule: "debug-endpoint", severity: "high", says: "is there for anybody" },
    fix: "switch it off, or have it listen on a port of its own that nothing outside reaches",
  },
  "source-map": {
    ...{ rule: "source-map-served", severity: "low", says: "is a source map" },
    fix: "build without source maps, or keep them out of what is served",
  },
  "source-map-with-sources": {
    ...{ rule: "source-map-served", severity: "medium", says: "is a source map with the sources themselves" },
    fix: "build without source maps, or keep them out of what is served",
  },
  "trace-echo": {
    ...{ rule: "trace-enabled", severity: "medium", says: "gives back what it was sent, with its headers" },
    fix: "refuse the method TRACE",
  },
}

/** Those ask for a page again: what it shows is known. */
const again: ReadonlySet<string> = new Set(["cors", "redirect"])

export function contentDefects({ purpose, signs, html, status }: ProbedAnswer): readonly Defect[] {
  if (again.has(purpose)) return []
  const shown = signs.map(({ sign, by }): Defect => {
    const { says, ...rest } = bySign[sign]
    return { ...rest, message: `${says}: ${by}` }
  })
  const isPage = purpose === "page" || purpose === "linked"
  const insecure = isPage && status === 200 ? (html?.insecure ?? []) : []
  const [worst] = [...insecure].sort((a, b) => Number(a.passive) - Number(b.passive))
  if (worst === undefined) return shown
  const more = insecure.length > 1 ? `, and ${insecure.length - 1} more` : ""
  const mixed: Defect = {
    rule: "mixed-content",
    severity: worst.passive ? "low" : "medium",
    message: `the page goes without TLS to ${worst.address} (${worst.tag})${more}`,
    fix: "name it by https, or by its path alone",
  }
  return [...shown, mixed]
}

/** What an answer to a request of its kind must not do. */
export function answerDefects(answer: ProbedAnswer): readonly Defect[] {
  const { purpose, status, headers, leadsTo } = answer
  const origin = headers["access-control-allow-origin"]
  const shares = headers["access-control-allow-credentials"]?.trim().toLowerCase() === "true"
  if (purpose === "cors" && origin === answer.with && shares) return [shared(answer.with ?? "")]
  if (purpose === "redirect" && leadsTo?.host === "signalbox-probe.invalid")
    return [leadsAway(answer.with ?? "")]
  const failed = status >= 500 && status !== 501 && status !== 505
  if (failed && purpose === "linked") return [{ ...serverError(status), severity: "medium" }]
  return failed && purpose === "error" ? [serverError(status)] : []
}

const shared = (origin: string): Defect => ({
  rule: "cors-any-origin",
  severity: "high",
  message: `lets the origin ${origin} read its answers with the cookies of whoever is signed in`,
  fix: "compare Origin with a list of known origins before it is repeated, and never allow null",
})

const leadsAway = (target: string): Defect => ({
  rule: "open-redirect",
  severity: "medium",
  message: `leads to another host where the parameter says so: ${target}`,
  fix: "take paths of its own alone, and compare the host that an address has once it is parsed",
})

const serverError = (status: number): Defect => ({
  rule: "server-error",
  severity: "low",
  message: `answers ${status}`,
  fix: "answer what cannot be served with 4xx, and look into its log for what has failed",
})

/** Cookies of the whole service, each once: its name is what it is known by. */
export interface CookieDefect extends Defect {
  readonly cookie: string
  readonly answer: ProbedAnswer
}

/** Scripts have to read these: they send them back in a header, so that another site cannot. */
const forScripts = /^(?:__(?:Host|Secure)-)?(?:xsrf-token|csrf-?token|csrf_token)$/i

export function cookieDefects(answers: readonly ProbedAnswer[]): readonly CookieDefect[] {
  const found = new Map<string, CookieDefect>()
  for (const answer of answers)
    for (const cookie of answer.cookies) {
      if (cookie.removes) continue
      for (const defect of defectsOf(cookie)) {
        const key = `${defect.rule} ${cookie.name}`
        if (!found.has(key)) found.set(key, { ...defect, cookie: cookie.name, answer })
      }
    }
  return [...found.values()]
}

type Cookie = ProbedAnswer["cookies"][number]

function defectsOf({ name, httpOnly, secure, sameSite }: Cookie): readonly Defect[] {
  const readable: Defect = {
    ...{ rule: "cookie-not-http-only", severity: "medium", fix: "set it with HttpOnly" },
    message: `any script of the page can read the cookie ${name}`,
  }
  const plain: Defect = {
    ...{ rule: "cookie-not-secure", severity: "medium" },
    message: `the cookie ${name} is sent without TLS, too`,
    fix: "set it with Secure; a framework that does so over TLS alone has to trust X-Forwarded-Proto of its proxy",
  }
  const anywhere: Defect = {
    ...{ rule: "cookie-same-site", severity: "low", fix: "set it with SameSite=Lax, or Strict" },
    message: `the cookie ${name} says nothing of requests from other sites`,
  }
  return [
    ...(httpOnly || forScripts.test(name) ? [] : [readable]),
    ...(secure ? [] : [plain]),
    ...(sameSite === undefined ? [anywhere] : []),
  ]
}
