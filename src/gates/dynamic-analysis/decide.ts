import type { ToolFinding } from "../../domain/index.ts"
import type { Judgement } from "../gate.ts"
import { answerDefects, contentDefects, cookieDefects } from "./defects.ts"
import { aboutAll, type Defect, headerDefects, isShown } from "./headers.ts"
import type { Probed, ProbedAnswer } from "./read.ts"

/** A service of the stack, and the component that it runs. */
export interface Service {
  /** Under which the others reach it. */
  readonly name: string
  readonly component: string
}

/** What one service has answered. */
export function judgeService(service: Service, probed: Probed): Judgement {
  const { answers } = probed
  const pages = answers.filter(({ purpose }) => purpose === "page" || purpose === "linked")
  const found = [
    ...ofPages(service, pages),
    ...cookieDefects(answers).map(({ cookie, answer, ...one }) =>
      finding(service, answer, one, `cookie ${cookie}`),
    ),
    ...versions(answers).map(({ answer, header, defect }) =>
      finding(service, answer, defect, `header ${header}`),
    ),
    ...answers.flatMap((answer) =>
      [...contentDefects(answer), ...answerDefects(answer)].map((one) =>
        finding(service, answer, one, knownBy(answer, one)),
      ),
    ),
    ...notLooked(service, probed),
  ]
  const counted = pages.length === 1 ? "1 page" : `${pages.length} pages`
  return {
    findings: unique(found),
    errors: problems(probed).map((why) => `${service.name}: ${why}`),
    summary: `${service.name}: ${counted}, ${probed.sent} requests`,
    tools: [],
    figures: { pages: pages.length, requests: probed.sent },
    reports: { [`${service.name}.json`]: `${JSON.stringify(probed, undefined, 2)}\n` },
  }
}

/** Whatever is sent, and taken, in one place for all pages is one defect; of some pages, each is its own. */
function ofPages(service: Service, pages: readonly ProbedAnswer[]): readonly ToolFinding[] {
  const shown = pages.filter(isShown)
  const found = shown.flatMap((answer) => headerDefects(answer).map((defect) => ({ answer, defect })))
  return [...new Set(found.map(({ defect }) => defect.rule))].flatMap((rule) => {
    const own = found.filter(({ defect }) => defect.rule === rule)
    const all = shown.filter((answer) => aboutAll.has(rule) || answer.html !== undefined)
    const [first] = own
    if (first === undefined || own.length < all.length || own.length === 1)
      return own.map(({ answer, defect }) => finding(service, answer, defect))
    const message = `${first.defect.message}, as each of its ${own.length} pages`
    return finding(service, first.answer, { ...first.defect, message }, "every page")
  })
}

/** A mode of the whole service is one defect; a parameter is the same one, whatever was sent in it. */
function knownBy({ purpose, path }: ProbedAnswer, { rule }: Defect): string | undefined {
  if (rule === "debug-page") return "debug mode"
  return purpose === "redirect" ? `parameter ${path.replace(/=[^=]*$/, "")}` : undefined
}

/** Of answers to several requests that look alike, the first. */
function unique(findings: readonly ToolFinding[]): readonly ToolFinding[] {
  return [
    ...new Map(findings.toReversed().map((one) => [`${one.rule} ${one.subject}`, one])).values(),
  ].toReversed()
}

/** Its place is no file: the service, and how it was asked. */
function finding(
  { name, component }: Service,
  { method, path, with: more }: Pick<ProbedAnswer, "method" | "path" | "with">,
  { message, ...rest }: Omit<Defect, "severity"> & { readonly severity: ToolFinding["severity"] },
  /** What it is known by, where that is not the request. */
  of?: string,
): ToolFinding {
  const asked = `${method} ${path}`
  const sent = more === undefined ? "" : ` with ${more}`
  return {
    ...rest,
    message: `${name} ${asked}${sent}: ${message}`,
    component,
    subject: `${name} ${of ?? `${asked}${sent}`}`,
  }
}

const telling = ["server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator"] as const

/** Each header that tells what a service is made of, where it does so first. */
function versions(answers: readonly ProbedAnswer[]) {
  return telling.flatMap((header) => {
    const answer = answers.find(({ headers }) => {
      const value = headers[header]
      // The name alone of a server is everybody's guess; whatever has a header of its own for it says more.
      return value !== undefined && (header !== "server" || /\d/.test(value))
    })
    if (answer === undefined) return []
    const value = (answer.headers[header] ?? "").slice(0, 100)
    const defect: Defect = {
      ...{
        rule: "version-disclosed",
        severity: "low",
        message: `tells what it runs on: ${header}: ${value}`,
      },
      fix: "leave the header out (nginx: server_tokens off; Express: app.disable('x-powered-by'))",
    }
    return [{ answer, header, defect }]
  })
}

/** What must be known before silence means anything. */
function problems({ answers, unanswered, loops }: Probed): readonly string[] {
  const shown = ({ method, path }: { readonly method: string; readonly path: string }) => `${method} ${path}`
  const pages = answers.filter(({ purpose }) => purpose === "page")
  const serves = pages.some(({ status }) => status >= 200 && status < 300)
  return [
    ...(serves
      ? []
      : [
          "none of its paths is answered with 2xx: name one that it serves in gates.dynamic-analysis.components",
        ]),
    ...answers.filter(isNotThere).map((one) => `${shown(one)} answers ${one.status}`),
    ...turnedAway(answers.filter(isTurnedAway)),
    ...loops.map((path) => `GET ${path} leads in circles`),
    ...unanswered.filter(isLost).map((one) => `${shown(one)} was not answered: ${one.why}`),
  ]
}

/** Whoever limits requests answers a file that lies there as one that does not: of both nothing is known then. */
function isTurnedAway({ purpose, status }: ProbedAnswer): boolean {
  if (status === 503) return !["page", "linked", "redirect", "error"].includes(purpose)
  return status === 429
}

function turnedAway([first, ...others]: readonly ProbedAnswer[]): readonly string[] {
  if (first === undefined) return []
  const asked = `${first.method} ${first.path}`
  const more = others.length === 0 ? "" : `, as ${others.length} more of its requests`
  return [
    `${asked} answers ${first.status}${more}: what it turns away was not looked at; have it take them in the stack, by a variable of its own`,
  ]
}

/** Somebody has named it, so that it should be there; a start page is nobody's promise. */
function isNotThere({ purpose, path, status }: ProbedAnswer): boolean {
  if (status === 429 || (purpose !== "page" && purpose !== "redirect")) return false
  if (status >= 500) return true
  if (purpose === "redirect") return status === 404
  return path !== "/" && status >= 400 && status !== 401 && status !== 403
}

type Unanswered = Probed["unanswered"][number]

/** To hang up on a request that is none is an answer; a link that goes on and on, such as of events, is named below. */
function isLost({ purpose, failed }: Unanswered): boolean {
  if (purpose === "linked" && failed === "late") return false
  return failed !== "closed" || !["error", "trace"].includes(purpose)
}

/** What nobody looked at; it refuses nothing. */
function notLooked(service: Service, { answers, unanswered, notFollowed }: Probed): readonly ToolFinding[] {
  const rule = { rule: "not-looked-at", severity: "info" } as const
  const say = (path: string, message: string) =>
    finding(service, { method: "GET", path }, { ...rule, message, fix: "see docs/dynamic-analysis.md" })
  const { count, first } = notFollowed
  const beyond: Omit<Defect, "severity"> & typeof rule = {
    ...{ ...rule, message: `and ${count - 1} other addresses of its pages were not looked at` },
    fix: "raise gates.dynamic-analysis.follow, or name the paths that matter",
  }
  const others =
    first === undefined
      ? []
      : [finding(service, { method: "GET", path: first }, beyond, "addresses of pages")]
  const waiting = unanswered.filter((one) => !isLost(one) && one.failed === "late")
  return [
    ...others,
    ...waiting.map(({ path, why }) => say(path, `was not looked at: ${why}`)),
    ...answers.flatMap(({ purpose, path, status, cut, leadsTo }) => {
      if (cut) return [say(path, "its content beyond the first megabyte was not looked at")]
      if (purpose !== "page" && purpose !== "linked") return []
      if (status === 401) return [say(path, "asks who it is; what is behind that was not looked at")]
      return leadsTo?.own === false ? [say(path, `leads to ${leadsTo.host}, which was not looked at`)] : []
    }),
  ]
}
