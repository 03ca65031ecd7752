/** What the probe is asked for, and what it writes. Types and constants alone: both sides of the exec read them. */
import type { NoReply } from "./ask.ts"
import type { Insecure } from "./html.ts"
import type { Sign } from "./signs.ts"

export interface ProbeRequest {
  /** Name under which the service is reached. */
  readonly name: string
  readonly port: number
  /** Header Host. */
  readonly host: string
  /** Where to begin; the first one says whether it serves. */
  readonly paths: readonly string[]
  /** How many of the pages, scripts and styles that pages name are asked for, too. */
  readonly follow: number
  /** Parameters that say where to go next. */
  readonly redirects: readonly { readonly path: string; readonly parameter: string }[]
  /** Seconds in which it has to begin to serve. */
  readonly startSeconds: number
  readonly answerSeconds: number
}

export const purposes = [
  "page",
  "linked",
  "directory",
  "dot-file",
  "debug",
  "error",
  "source-map",
  "trace",
  "cors",
  "redirect",
] as const
export type Purpose = (typeof purposes)[number]

/** Of an answer's headers, those that are judged. */
export const keptHeaders = [
  "content-type",
  "content-security-policy",
  "content-security-policy-report-only",
  "x-content-type-options",
  "x-frame-options",
  "referrer-policy",
  "server",
  "x-powered-by",
  "x-aspnet-version",
  "x-aspnetmvc-version",
  "x-generator",
  "access-control-allow-origin",
  "access-control-allow-credentials",
] as const

/** A cookie without its value. */
export interface Cookie {
  readonly name: string
  readonly httpOnly: boolean
  readonly secure: boolean
  readonly sameSite?: string
  /** It takes one away. */
  readonly removes: boolean
}

/** Where an answer leads. Without its parameters: they may hold what nobody else should read. */
export interface Leads {
  readonly host: string
  readonly path: string
  /** To the service itself. */
  readonly own: boolean
}

interface Asked {
  readonly purpose: Purpose
  readonly method: string
  /** As it is shown: a long one is shortened. */
  readonly path: string
  /** What was asked besides: the origin of a request, the target of a redirect. */
  readonly with?: string
}

export interface Answer extends Asked {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: readonly Cookie[]
  readonly bytes: number
  /** Its content was not looked at beyond the first megabyte. */
  readonly cut: boolean
  readonly signs: readonly Sign[]
  readonly leadsTo?: Leads
  readonly html?: { readonly policy?: string; readonly insecure: readonly Insecure[] }
}

export interface Unanswered extends Asked {
  readonly failed: NoReply["failed"]
  readonly why: string
}

export interface ProbeReport {
  readonly schemaVersion: 1
  readonly name: string
  /** Requests that were sent: each is answered or not. */
  readonly sent: number
  readonly answers: readonly Answer[]
  readonly unanswered: readonly Unanswered[]
  /** Paths that lead in circles. */
  readonly loops: readonly string[]
  /** What pages name and was not asked for any more. */
  readonly notFollowed: { readonly count: number; readonly first?: string }
}
