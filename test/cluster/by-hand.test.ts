/** Tests by hand, operations that were finished by another call, and a lost ledger: as a user's calls see them. */
import { readFile } from "node:fs/promises"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { OperationReport, ReleaseRecord } from "../../src/domain/index.ts"
import { finalError, type Outcome } from "../engine/harness/index.ts"
import { type Project, project, told } from "../engine/support/project.ts"
import { type Question, TestEnvironment } from "./deploy-support/environment.ts"
import { evidenceStore, publishTestRelease } from "./deploy-support/published.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 })

/** As an operation of a call that begins now is named. */
const operationNow = () => `${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}-00000000`

const objectives = { p95Ms: 5000, minimumRequests: 5 }

let environment: TestEnvironment
let here: Project
let kubeconfig: string
let next: ReleaseRecord

beforeAll(async () => {
  environment = await TestEnvironment.create("by-hand")
  kubeconfig = await readFile(environment.kubeconfig, "utf8")
  here = await project(environment.namespace)
  const settings = await here.files.read("environments/staging.yaml")
  await here.write({
    "environments/staging.yaml": `${settings}load: { profile: none }\nobjectives: ${JSON.stringify(objectives)}\n`,
  })
  const release = (version: string) => environment.release({ version, kind: "good" }, { project: here.name })
  const running = await release("1.0.0")
  next = await release("1.1.0")
  for (const record of [running, next]) await publishTestRelease(here.name, record)
  expect((await environment.call("run", { ...asStaging(running), operation: operationNow() })).code).toBe(0)
})

afterAll(async () => {
  await here[Symbol.asyncDispose]()
  await environment.remove()
})

/** The same environment as the project's, for a driver without an engine. */
function asStaging(record: ReleaseRecord): Question {
  const own = { name: "staging", release: "shop", objectives }
  return { project: here.name, record, environment: environment.environment(own) }
}

function call(name: string, ...args: string[]): Promise<Outcome> {
  const access = ["--environment", "staging", "--kubeconfig", "env://TEST_KUBECONFIG"]
  return here.call([name, ...access, ...args], { env: { TEST_KUBECONFIG: kubeconfig } })
}

async function lastOperation(...id: string[]): Promise<OperationReport> {
  const outcome = await call("operation", ...id, "reports", "file", "--path", "operation.json", "contents")
  expect(finalError(outcome)).toBe("")
  return JSON.parse(outcome.stdout) as OperationReport
}

describe("a test by hand", () => {
  it("leaves its evidence, which is the last operation's then", async () => {
    expect(finalError(await call("smoke"))).toBe("")
    const smoked = await lastOperation()
    expect(smoked).toMatchObject({ command: "smoke", exitCode: 0, fence: null })
    expect(smoked.files).toEqual(expect.arrayContaining(["smoke.json", "events.ndjson"]))
    expect(finalError(await call("load", "--profile", "smoke", "--users", "2", "--seconds", "3"))).toBe("")
    const loaded = await lastOperation()
    expect(loaded).toMatchObject({ command: "load", exitCode: 0 })
    expect(loaded.files).toEqual(expect.arrayContaining(["load.json", "k6.log"]))
    expect(await lastOperation("--id", smoked.call)).toEqual(smoked)
  })

  it("that fails ends with 10, keeps why, and revokes the verification", async () => {
    expect((await call("status")).stdout).toContain("verified until")
    await environment.kubectl(["scale", "deployment/web", "--replicas=0"])
    const outcome = await call("smoke")
    expect(outcome.code).toBe(10)
    expect(told(finalError(outcome)).errors).toEqual(["SMOKE_FAILED: the smoke test failed"])
    expect(await lastOperation()).toMatchObject({ command: "smoke", exitCode: 10, outcome: "failed" })
    expect((await call("status")).stdout).toMatch(/not verified: a smoke test by hand failed/)
    expect((await call("history")).stdout.split("\n")[0]).toMatch(/1\.0\.0 {2}failed {2}smoke by/)
    await environment.kubectl(["scale", "deployment/web", "--replicas=1"])
  })
})

it("an operation that another call finishes has evidence under both names", async () => {
  const args = ["--environment", "staging", "--kubeconfig", "env://TEST_KUBECONFIG", "--release", "1.1.0"]
  const started = here.start(["deploy", ...args], { env: { TEST_KUBECONFIG: kubeconfig } })
  const killed = await operationAfter((await environment.journal())?.operation)
  started.signal("SIGKILL")
  await started.outcome
  expect(await lastOperation()).toMatchObject({ command: "run", operation: killed, outcome: "failed" })
  const outcome = await call("deploy", "--release", "1.1.0")
  expect(finalError(outcome)).toBe("")
  const report = await lastOperation()
  expect(report).toMatchObject({ command: "run", operation: killed, outcome: "verified" })
  expect(report.call).not.toBe(killed)
  expect(await lastOperation("--id", killed)).toEqual(report)
})

/** The operation that begins after another one. */
async function operationAfter(former: string | undefined): Promise<string> {
  for (;;) {
    const operation = (await environment.journal())?.operation
    if (operation !== undefined && operation !== former) return operation
    await sleep(20)
  }
}

describe("a ledger", () => {
  const harms: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["lost", () => environment.kubectl(["delete", "configmap", "signalbox-ledger"])],
    [
      "damaged",
      () =>
        environment.kubectl([
          ...["patch", "configmap", "signalbox-ledger", "--type", "merge"],
          ...["--patch", JSON.stringify({ data: { "ledger.json": '{"entries":' } })],
        ]),
    ],
  ]

  it("that is whole needs no repair, and is not touched", async () => {
    expect(finalError(await call("hold", "--release", "1.0.0", "--reason", "it leaks"))).toBe("")
    const before = await configMaps()
    const outcome = await call("status", "--repair")
    expect(finalError(outcome)).toBe("")
    expect(outcome.stdout).toMatch(/^there is nothing to repair\n[\s\S]*held: 1\.0\.0/)
    expect(await configMaps()).toBe(before)
  })

  it.each(harms)("that is %s is one clear error, and is rebuilt with history and holds", async (_, harm) => {
    const history = (await call("history")).stdout
    await harm()
    for (const command of [["status"], ["deploy", "--release", "1.0.0"]]) {
      const outcome = await call(command[0] ?? "", ...command.slice(1))
      expect(outcome.code).toBe(11)
      const { errors, next: then } = told(finalError(outcome))
      expect(errors).toEqual([expect.stringMatching(/^STATE_DAMAGED: /)])
      expect(then).toMatch(/dagger call status --environment \S+ --repair/)
    }
    const repaired = await call("status", "--repair")
    expect(finalError(repaired)).toBe("")
    expect(repaired.stdout).toMatch(/the ledger is restored from .*[\s\S]*held: 1\.0\.0 since .*: it leaks/)
    expect((await call("history")).stdout).toBe(history)
    expect((await call("deploy", "--release", "1.0.0")).code).toBe(16)
    expect(await lastOperation()).toMatchObject({ command: "repair", exitCode: 0 })
  })

  it("whose copy misses an operation is rebuilt only with a person's reason", async () => {
    const lost = await environment.call("hold", {
      ...asStaging(next),
      hold: { version: "1.1.0", reason: "kept nowhere" },
    })
    expect(lost.code).toBe(0)
    await environment.kubectl(["delete", "configmap", "signalbox-ledger"])
    const refused = await call("status", "--repair")
    expect(refused.code).toBe(18)
    expect(told(finalError(refused)).errors).toEqual([expect.stringMatching(/^STATE_INCOMPLETE: /)])
    const keys = await evidenceStore(here.name).keys("operations", "staging-")
    expect(finalError(await call("status", "--repair", "--reason", "1.1.0 is held again at once"))).toBe("")
    expect(await evidenceStore(here.name).keys("operations", "staging-")).toHaveLength(keys.length + 1)
  })
})

const configMaps = () =>
  environment.kubectl(["get", "configmaps", "--output", "jsonpath={.items[*].metadata.resourceVersion}"])
