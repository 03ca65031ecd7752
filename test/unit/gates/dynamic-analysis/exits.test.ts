/** How the probe ends, started as the gate starts it, and what the gate makes of each end: never a pass. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import fc from "fast-check"
import { afterAll, describe, expect, test } from "vitest"
import { gate } from "../../../../src/gates/dynamic-analysis/gate.ts"
import { printed } from "../../../../src/gates/dynamic-analysis/probe/main.ts"
import type { ProbeReport } from "../../../../src/gates/dynamic-analysis/probe/report.ts"
import { dynamicAnalysisSettings } from "../../../../src/gates/dynamic-analysis/settings.ts"
import type { ToolOutcome } from "../../../../src/gates/gate.ts"
import { type Running, requestOf, serving, shop } from "./servers.ts"

const directory = mkdtempSync(join(tmpdir(), "probe-exits-"))
afterAll(() => rmSync(directory, { recursive: true }))
const source = (path: string) => fileURLToPath(new URL(`../../../../src/gates/${path}`, import.meta.url))
const program = source("dynamic-analysis/probe/main.ts")

interface End {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

let runs = 0

/** run-tool.ts around the program, as `execTool` writes it. @param meanwhile sees the process while it runs */
async function run(
  request: object | string,
  seconds: number,
  meanwhile: (child: ChildProcess) => Promise<void> = async () => undefined,
): Promise<End> {
  const out = join(directory, `${runs++}`)
  const file = `${out}.json`
  writeFileSync(file, typeof request === "string" ? request : JSON.stringify(request))
  const args = [source("engine/run-tool.ts"), "0", String(seconds), out, "--", "node", program, file]
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] })
  let stderr = ""
  child.stderr.on("data", (part: Buffer) => {
    stderr += part.toString()
  })
  await Promise.all([once(child, "close"), meanwhile(child)])
  return { code: child.exitCode ?? -1, stdout: readFileSync(join(out, "stdout.txt"), "utf8"), stderr }
}

/** The judgement of a gate whose exec has ended so. */
function judged({ code, stdout, stderr }: End) {
  const outcome: ToolOutcome =
    code === 0
      ? { finished: true, exitCode: 0, files: { "stdout.txt": stdout }, out: undefined as never }
      : { finished: false, why: stderr }
  const tool = { name: "node", version: "24", image: "registry.example/node:24" }
  const services = [{ name: "127.0.0.1", component: "web", probed: outcome }]
  const reading = gate.read({ tool, services, skipped: [], unknown: [] })
  return gate.decide(reading, undefined as never, dynamicAnalysisSettings.parse({}))
}

const silent = () => serving(() => undefined)
const slowly = ({ port }: Running) => ({ ...requestOf(port), answerSeconds: 60, startSeconds: 60 })

describe("the probe ends", () => {
  test("well, with what it has found or with nothing", async () => {
    await using clean = await serving(shop())
    const none = judged(await run(requestOf(clean.port), 60))
    expect([none.findings, none.errors, none.summary]).toEqual([
      [],
      [],
      expect.stringMatching(/1 page, 2\d requests/),
    ])
    await using served = await serving(shop({ "GET /.env": (_, response) => response.end("TOKEN=x\n") }))
    const found = judged(await run(requestOf(served.port), 60))
    expect(found).toMatchObject({ errors: [], failOn: ["critical", "high", "medium"] })
    expect(found.findings).toMatchObject([{ rule: "dot-file-served", component: "web" }])
  })

  test("by a crash, with its last words", async () => {
    const { errors } = judged(await run("{ no JSON", 60))
    expect(errors.join()).toMatch(/127\.0\.0\.1: .*ended with exit code 1[\s\S]*SyntaxError/)
  })

  test("because the service does not serve, and says so", async () => {
    await using failing = await serving((_, response) => response.writeHead(500).end())
    expect(judged(await run(requestOf(failing.port), 60)).errors.join()).toMatch(
      /GET \/ of .*answers 500 after/,
    )
  })

  test("killed", async () => {
    await using server = await silent()
    const end = await run(slowly(server), 60, async (child) => {
      const kids = () => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim()
      while (kids() === "") await new Promise((resolve) => setTimeout(resolve, 20))
      process.kill(Number(kids().split(" ")[0]), "SIGKILL")
    })
    expect(judged(end).errors.join()).toMatch(/was ended by SIGKILL/)
  })

  test("after its time", async () => {
    await using server = await silent()
    expect(judged(await run(slowly(server), 1)).errors.join()).toMatch(/did not end within 1 s/)
  })

  test("on a full disk", async () => {
    await using clean = await serving(shop())
    const file = join(directory, "full.json")
    writeFileSync(file, JSON.stringify(requestOf(clean.port)))
    const child = spawn(process.execPath, [program, file], {
      stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
    })
    const parts: Buffer[] = []
    child.stderr?.on("data", (part: Buffer) => parts.push(part))
    await once(child, "close")
    expect(child.exitCode).not.toBe(0)
    expect(Buffer.concat(parts).toString()).toContain("ENOSPC")
  })
})

describe("what it has printed is read", () => {
  const text = async () => {
    await using served = await serving(shop({ "GET /.env": (_, response) => response.end("TOKEN=x\n") }))
    return (await run(requestOf(served.port), 60)).stdout
  }
  const errorOf = (stdout: string) => judged({ code: 0, stdout, stderr: "" })

  test("whole or not at all", async () => {
    const whole = await text()
    expect(errorOf("").errors.join()).toMatch(/cannot be read/)
    for (const part of [0.1, 0.5, 0.9, 0.999]) {
      const { errors, findings } = errorOf(whole.slice(0, Math.floor(whole.length * part)))
      expect([errors.length, findings.length]).toEqual([1, 0])
    }
    const report: ProbeReport = JSON.parse(whole.slice(whole.indexOf("\n")))
    const other = (more: object) => errorOf(printed({ ...report, ...more })).errors.join()
    expect(other({ schemaVersion: 2 })).toMatch(/schemaVersion/)
    expect(other({ name: "api" })).toMatch(/it is about api, and not about 127\.0\.0\.1/)
    expect(other({ answers: report.answers.slice(1) })).toMatch(/tells of \d+/)
    expect(other({ answers: [], unanswered: [], sent: 1 })).toMatch(/tells of 0/)
    const rest = report.answers.filter(({ purpose }) => purpose !== "dot-file")
    expect(other({ answers: rest, sent: rest.length + report.unanswered.length })).toMatch(
      /of the kind dot-file/,
    )
  })

  test("and whatever becomes of it on the way, it never passes", async () => {
    const whole = await text()
    const place = fc.nat(whole.length - 1)
    const mutated = fc.oneof(
      place.map((end) => whole.slice(0, end)),
      fc
        .tuple(place, fc.string({ minLength: 1, maxLength: 4 }))
        .map(([at, by]) => whole.slice(0, at) + by + whole.slice(at + by.length)),
      fc
        .tuple(place, fc.integer({ min: 1, max: 400 }))
        .map(([at, length]) => whole.slice(0, at) + whole.slice(at + length)),
      fc.constantFrom("", "\n", "null", "{}", "[]", whole + whole),
    )
    const property = fc.property(mutated, (stdout) => {
      fc.pre(stdout !== whole)
      const { errors, findings } = errorOf(stdout)
      expect([errors.length, findings.length]).toEqual([1, 0])
    })
    fc.assert(property, { numRuns: 10_000 })
  })
})
