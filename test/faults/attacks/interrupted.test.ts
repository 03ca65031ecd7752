/**
 * Sections "proof" and "approval": CI's driver is killed in production, and what it relied on changes before the next call.
 * And somebody puts a Job of their own in a hook's place while CI waits for it.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { KubeObject } from "../../../src/deploy/cluster/index.ts"
import { planOf } from "../../../src/deploy/state/index.ts"
import { hookOf } from "../../../src/deploy/steps/hook/details.ts"
import { jobOf } from "../../../src/deploy/steps/hook/job.ts"
import type { ReleaseRecord } from "../../../src/domain/index.ts"
import type { Door } from "../../cluster/deploy-support/door.ts"
import { type DriverEnd, type Question, TestEnvironment } from "../../cluster/deploy-support/environment.ts"
import { keys } from "./support/keys.ts"
import { Protected } from "./support/protected.ts"
import { envelopeOf, statementOf } from "./support/records.ts"

const lock = { ttl: "2s", renew: "400ms", giveUp: "1500ms", wait: "4s" }

describe("V20 an operation that was cut off in production", () => {
  let world: Protected
  let door: Door
  let verified: ReleaseRecord
  let serial = 0

  beforeAll(async () => {
    world = await Protected.create()
    door = await world.production.putDoor()
    verified = await world.verified("1.0.0")
    const question = await asked(verified)
    const end = await world.production.call("run", { ...question, approve: await world.approved(question) })
    if (end.code !== 0) throw new Error(`production has no release: ${end.stderr}`)
  })
  afterAll(() => world?.remove())

  const asked = (record: ReleaseRecord, more: Question = {}) =>
    world.question(record, { environment: world.environment({ lock }), ...more })

  /** A promotion that was approved and killed while it rolled out. */
  async function cutOff(): Promise<{ readonly record: ReleaseRecord; readonly question: Question }> {
    const record = await world.verified(`1.${++serial}.0`)
    const plain = await asked(record)
    const question = { ...plain, approve: await world.approved(plain) }
    const stopped = door.stopIn("roll-out")
    const { process, end } = await world.production.start("run", question)
    const letGo = await stopped
    letGo()
    process.kill()
    await end
    return { record, question }
  }

  /** Production is back at what it had verified, and nothing of the other release is left to be finished. */
  async function isBack(end: DriverEnd): Promise<void> {
    expect(end.stdout).toContain("going back to what was verified first")
    expect(await world.production.podDigests()).toEqual([verified.images[0]?.digest])
    expect((await world.production.journal())?.phase).toBe("finished")
  }

  test("is not finished once its evidence was deleted: 16, and back to what was verified", async () => {
    const { question } = await cutOff()
    const { promotion } = question
    const without = { ...question, promotion: promotion == null ? null : { ...promotion, statements: [] } }
    const end = await world.production.call("run", without)
    expect([end.code, end.stderr]).toEqual([16, expect.stringContaining("rule signed-verification")])
    await isBack(end)
  })

  test("is not finished once a failure in staging was stated: 16, and back to what was verified", async () => {
    const { record, question } = await cutOff()
    const { promotion } = question
    const entry = promotion?.ledger?.entries.findLast(({ set }) => set.version === record.version)
    if (promotion == null || entry === undefined) throw new Error("staging has verified nothing")
    const failed = statementOf(
      { ...entry, outcome: "failed" },
      { environment: "test", cluster: world.cluster },
    )
    const statements = [await envelopeOf(failed, keys.release)]
    const end = await world.production.call("run", { ...question, promotion: { ...promotion, statements } })
    expect([end.code, end.stderr]).toEqual([16, expect.stringContaining("rule verification-revoked")])
    await isBack(end)
  })

  test("is not finished with another record under its version: 16, and back to what was verified", async () => {
    const { record, question } = await cutOff()
    const changed = { ...record, source: { ...record.source, commit: "0".repeat(40) } }
    const end = await world.production.call("run", { ...question, record: changed })
    expect([end.code, end.stderr]).toEqual([16, expect.stringContaining("rule signed-record")])
    await isBack(end)
  })

  test("is not finished with another smoke test, whatever hash was approved: 16, and back to what was verified", async () => {
    const { question } = await cutOff()
    const own = world.production.smoke
    world.production.smoke = own.replace("attempts: 3", "attempts: 9")
    const end = await world.production.call("run", question)
    world.production.smoke = own
    expect([end.code, end.stderr]).toEqual([16, expect.stringContaining("PLAN_STALE")])
    await isBack(end)
  })
})

describe("V08 a Job of somebody else in the place of a hook", () => {
  let env: TestEnvironment
  let door: Door
  let serial = 0
  const hook = {
    ...{ name: "migrate", before: "roll-out", component: "web", timeout: "40s" },
    command: ["sh", "-c", "echo migrated"],
    resources: { requests: { cpu: "5m", memory: "8Mi" }, limits: { cpu: "200m", memory: "32Mi" } },
  }
  const environment = () =>
    env.environment({ lock, hooks: [hook] } as Parameters<TestEnvironment["environment"]>[0])

  beforeAll(async () => {
    env = await TestEnvironment.create("attack-hook")
    door = await env.putDoor()
    const record = await env.release({ version: "1.0.0", kind: "good" })
    const end = await env.call("run", { record, environment: environment() })
    if (end.code !== 0) throw new Error(`nothing runs: ${end.stderr}`)
  })
  afterAll(() => env?.remove())

  /** CI's driver is held when it is about to make the Job, and finds the attacker's. */
  async function deployedOver(change: (job: KubeObject) => object): Promise<DriverEnd> {
    const record = await env.release({ version: `1.${++serial}.0`, kind: "good" })
    const stopped = door.stopIn("hook:migrate")
    const { end } = await env.start("run", { record, environment: environment() })
    const letGo = await stopped
    const journal = await env.journal()
    const planned =
      journal === null ? undefined : planOf(journal).steps.find(({ id }) => id === "hook:migrate")
    if (journal === null || planned === undefined) throw new Error("no hook is planned")
    const owner = {
      operation: journal.operation,
      environment: "test",
      version: record.version,
      revision: null,
    }
    const job = jobOf(hookOf(planned), owner, env.namespace)
    await env.kubectl(["create", "--filename", "-"], JSON.stringify({ ...job, spec: change(job) }))
    letGo()
    return end
  }

  /** Hooks have pods of their own, which come and go. */
  const imagesOfWorkloads = () =>
    env.kubectl([
      "get",
      "deployments",
      "--output",
      "jsonpath={.items[*].spec.template.spec.containers[*].image}",
    ])

  const specOf = (job: KubeObject) =>
    job.spec as {
      readonly template: {
        readonly spec: { readonly containers: readonly [object]; readonly volumes: readonly object[] }
      }
    }
  const withPod = (job: KubeObject, pod: object): object => {
    const spec = specOf(job)
    return { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, ...pod } } }
  }

  test.each<[string, (job: KubeObject) => object]>([
    [
      "that runs another program",
      (job) =>
        withPod(job, { containers: [{ ...specOf(job).template.spec.containers[0], command: ["true"] }] }),
    ],
    [
      "that puts a file of its own over the program",
      (job) => {
        const [container] = specOf(job).template.spec.containers
        const mounts = [
          { name: "tmp", mountPath: "/tmp" },
          { name: "mine", mountPath: "/bin/sh", subPath: "sh" },
        ]
        return withPod(job, {
          containers: [{ ...container, volumeMounts: mounts }],
          volumes: [
            ...specOf(job).template.spec.volumes,
            { name: "mine", configMap: { name: "mine", optional: true } },
          ],
        })
      },
    ],
    ["that needs no run to be complete", (job) => ({ ...specOf(job), completions: 0 })],
  ])("%s never counts: 11, and nothing is rolled out", async (_, change) => {
    const before = await imagesOfWorkloads()
    const end = await deployedOver(change)
    expect([end.code, end.stderr]).toEqual([
      11,
      expect.stringContaining("it does not run what the plan says"),
    ])
    expect(await imagesOfWorkloads()).toEqual(before)
    expect((await env.observe()).status.current?.version).toBe("1.0.0")
  })
})
