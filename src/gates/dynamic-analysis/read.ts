import { z } from "zod"
import { sha256 } from "../../domain/index.ts"
import { readJson, unreadable } from "../formats/read.ts"
import { purposes } from "./probe/report.ts"
import { signNames } from "./probe/signs.ts"

const asked = {
  purpose: z.enum(purposes),
  method: z.string(),
  path: z.string(),
  with: z.string().optional(),
}

const answer = z.object({
  ...asked,
  status: z.int().min(100).max(999),
  headers: z.record(z.string(), z.string()),
  cookies: z.array(
    z.object({
      ...{ name: z.string(), httpOnly: z.boolean(), secure: z.boolean(), removes: z.boolean() },
      sameSite: z.string().optional(),
    }),
  ),
  bytes: z.int().nonnegative(),
  cut: z.boolean(),
  signs: z.array(z.object({ sign: z.enum(signNames), by: z.string() })),
  leadsTo: z.object({ host: z.string(), path: z.string(), own: z.boolean() }).optional(),
  html: z
    .object({
      policy: z.string().optional(),
      insecure: z.array(z.object({ tag: z.string(), address: z.string(), passive: z.boolean() })),
    })
    .optional(),
})

const unanswered = z.object({
  ...asked,
  failed: z.enum(["refused", "closed", "late", "broken"]),
  why: z.string(),
})

const report = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  sent: z.int().positive(),
  answers: z.array(answer),
  unanswered: z.array(unanswered),
  loops: z.array(z.string()),
  notFollowed: z.object({ count: z.int().nonnegative(), first: z.string().optional() }),
})

export type Probed = z.output<typeof report>
export type ProbedAnswer = z.output<typeof answer>

const program = "probe/main.ts"

/** What probe/main.ts has printed of a service. @throws OUTPUT_UNREADABLE also where a part of it is missing */
export function readProbe(text: string | undefined, name: string): Probed {
  const [digest = "", ...rest] = (text ?? "").split("\n")
  const json = rest.join("\n")
  if (json !== "" && sha256(json) !== digest) throw unreadable(program, "it is not as it was written")
  const read = readJson(program, json, report)
  if (read.name !== name) throw unreadable(program, `it is about ${read.name}, and not about ${name}`)
  const told = read.answers.length + read.unanswered.length
  if (told !== read.sent) throw unreadable(program, `it has sent ${read.sent} requests and tells of ${told}`)
  const missing = purposes.find(
    (purpose) =>
      always.includes(purpose) &&
      ![...read.answers, ...read.unanswered].some((one) => one.purpose === purpose),
  )
  if (missing !== undefined) throw unreadable(program, `it tells of no request of the kind ${missing}`)
  return read
}

/** Requests that every service gets. */
const always: readonly string[] = ["page", "dot-file", "debug", "cors", "trace", "error"]
