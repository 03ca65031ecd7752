/** The engine keeps what it has done once. What looks at a cluster must look again on every call. */
import { readFile } from "node:fs/promises"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { hold, StateStore } from "../../src/deploy/state/index.ts"
import { finalError, type Outcome } from "../engine/harness/index.ts"
import { type Project, project } from "../engine/support/project.ts"
import { TestEnvironment } from "./deploy-support/environment.ts"
import { deployed, setOf } from "./deploy-support/ledger.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 })

let environment: TestEnvironment
let here: Project
let kubeconfig: string

beforeAll(async () => {
  environment = await TestEnvironment.create("effects")
  kubeconfig = await readFile(environment.kubeconfig, "utf8")
  here = await project(environment.namespace)
})

afterAll(async () => {
  await here[Symbol.asyncDispose]()
  await environment.remove()
})

function call(name: string, ...args: string[]): Promise<Outcome> {
  const access = ["--environment", "staging", "--kubeconfig", "env://TEST_KUBECONFIG"]
  return here.call([name, ...access, ...args], { env: { TEST_KUBECONFIG: kubeconfig } })
}

it("the same call of status shows what happened in between", async () => {
  const before = await call("status")
  expect(finalError(before)).toBe("")
  const why = { since: new Date().toISOString(), reason: "seen by a test", operation: "test" }
  const store = new StateStore(await environment.api(), environment.namespace)
  await store.writeLedger(hold(deployed("1.2.3"), setOf("1.0.0"), null, why), null)
  const after = await call("status")
  expect(before.stdout).not.toContain("seen by a test")
  expect(after.stdout).toContain("seen by a test")
})

// The driver's exit code is accepted by the engine, whatever it is: without a fresh nonce this would be kept as well.
it("the same call of hold acts twice: each takes the lock under a number of its own", async () => {
  const numbers = []
  for (const _ of ["once", "twice"]) {
    const outcome = await call("hold", "--release", "1.2.3", "--reason", "a test")
    expect(finalError(outcome)).toBe("")
    numbers.push(Number(/held as number (\d+)/.exec(outcome.stdout)?.[1]))
  }
  const [first = 0, second] = numbers
  expect(first).toBeGreaterThan(0)
  expect(second).toBe(first + 1)
})
