/** What a driver leaves for its caller: error.json where it fails, and its progress as events. */
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { interpretExit } from "../../../src/call/index.ts"
import { Recorder } from "../../../src/deploy/driver/recorder.ts"
import type { ProgressEvent } from "../../../src/domain/index.ts"
import { driverRequest } from "./support/driver-request.ts"

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "driver-"))
})
afterEach(async () => {
  await chmod(directory, 0o700)
  await rm(directory, { recursive: true })
})

test("a driver that cannot read its kubeconfig says so in error.json, and quotes nothing of it", async () => {
  const [input, kubeconfig] = [join(directory, "request.json"), join(directory, "kubeconfig")]
  await writeFile(input, JSON.stringify(driverRequest))
  await writeFile(kubeconfig, "users: [{ user: { token: s3cr3t-token }")
  const main = join(import.meta.dirname, "../../../src/deploy/driver/main.ts")
  const args = ["observe", "--input", input, "--kubeconfig", kubeconfig, "--out", directory]
  const { code, stderr } = await new Promise<{ code: number; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [main, ...args], (_, _stdout, said) =>
      resolve({ code: child.exitCode ?? 137, stderr: said }),
    )
  })
  const error = readFileSync(join(directory, "error.json"), "utf8")
  const end = await interpretExit({ name: "the driver", where: "test", next: "" }, code, {
    stdout: "",
    stderr,
    error,
  })
  expect(end).toMatchObject({ exitCode: 13, error: { code: "KUBECONFIG_REFUSED" } })
  expect(stderr).toBe(`${end.error?.message}\n`)
  expect(error).not.toContain("s3cr3t")
})

const events: readonly ProgressEvent[] = [
  { event: "begun", command: "run", environment: "staging", call: "op-1" },
  { event: "warning", text: "one replica" },
  { event: "note", text: "lock: held as number 3" },
  { event: "step-begun", step: "smoke", text: "test 1.0.0" },
  { event: "step-ended", step: "smoke", state: "failed", text: "2 of 3 checks failed" },
  {
    event: "ended",
    exitCode: 15,
    outcome: "rolled-back",
    error: { code: "ROLLED_BACK", what: "it is back" },
  },
]

test("progress is lines for people, and the same as events, one JSON object a line", async () => {
  const printed: string[] = []
  const recorder = new Recorder(directory, (line) => printed.push(line))
  for (const event of events) recorder.tell(event)
  await recorder.summary()
  const lines = [
    "warning: one replica",
    "lock: held as number 3",
    "smoke: test 1.0.0",
    "smoke: failed: 2 of 3 checks failed",
    "ROLLED_BACK: it is back",
  ]
  expect(printed.map((line) => line.replace(/^ +\d+\.\ds {2}/, ""))).toEqual(lines)
  expect(readFileSync(join(directory, "summary.txt"), "utf8")).toBe(`${lines.join("\n")}\n`)
  const kept = readFileSync(join(directory, "events.ndjson"), "utf8").trimEnd().split("\n")
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  expect(kept.map((line) => JSON.parse(line))).toEqual(events.map((event) => ({ at, ...event })))
  expect(await recorder.files()).toContain("events.ndjson")
})

test("events that cannot be kept are told once, and stop nothing", () => {
  const printed: string[] = []
  const recorder = new Recorder(join(directory, "none"), (line) => printed.push(line))
  for (const event of events) recorder.tell(event)
  expect(printed.filter((line) => line.includes("events.ndjson is not stored: ENOENT"))).toHaveLength(1)
  expect(printed).toHaveLength(6)
})
