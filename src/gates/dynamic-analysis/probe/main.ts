/**
 * `node main.ts REQUEST`
 *
 * Asks a running service what it answers, and prints what that shows, as JSON (`ProbeReport`) after a line with its digest. REQUEST is a JSON file
 * (`ProbeRequest`). It judges nothing. It fails, and prints no report, where the service does not begin to serve, or does no
 * longer answer at the end: nothing else can be said of it then. No packages: it runs in any container with Node.
 */
import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { attempt } from "./attempts.ts"
import { askOnce, Observer } from "./observe.ts"
import { walk } from "./pages.ts"
import type { ProbeReport, ProbeRequest } from "./report.ts"

/** @throws Error where the service does not serve */
export async function probe(request: ProbeRequest): Promise<ProbeReport> {
  await untilServing(request)
  const observer = new Observer(request)
  const { loops, notFollowed } = await walk(observer)
  await attempt(observer)
  await stillServing(request)
  const { answers, unanswered } = observer
  const sent = answers.length + unanswered.length
  return { schemaVersion: 1, name: request.name, sent, answers, unanswered, loops, notFollowed }
}

const firstOf = ({ paths }: ProbeRequest): string => paths[0] ?? "/"

/** Its port is open before it is ready: the engine has waited for the port alone. */
async function untilServing(request: ProbeRequest): Promise<void> {
  const path = firstOf(request)
  const end = performance.now() + request.startSeconds * 1000
  for (;;) {
    const reply = await askOnce(request, { method: "GET", path })
    if ("status" in reply && reply.status < 500) return
    const said = "status" in reply ? `answers ${reply.status}` : reply.why
    if (performance.now() >= end)
      throw new Error(
        `GET ${path} of ${request.name}, port ${request.port}: ${said} after ${request.startSeconds} s`,
      )
    await sleep(250)
  }
}

async function stillServing(request: ProbeRequest): Promise<void> {
  const path = firstOf(request)
  const reply = await askOnce(request, { method: "GET", path })
  if ("status" in reply && reply.status < 500) return
  const said = "status" in reply ? `answers ${reply.status}` : reply.why
  throw new Error(`GET ${path} of ${request.name} no longer serves after requests that are none: ${said}`)
}

/** With its digest first: whoever reads it knows that it is whole, and as it was written. */
export function printed(report: ProbeReport): string {
  const text = `${JSON.stringify(report)}\n`
  return `sha256:${createHash("sha256").update(text).digest("hex")}\n${text}`
}

if (import.meta.main) {
  const request = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as ProbeRequest
  const report = await probe(request).catch((thrown: unknown) => String(thrown))
  if (typeof report !== "string") writeFileSync(1, printed(report))
  else {
    process.stderr.write(`${report}\n`)
    process.exitCode = 1
  }
}
