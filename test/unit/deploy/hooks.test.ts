/** Hooks in operations, on the engine as it is: killed at every write, taken over, failing, never starting. */
import { describe, expect, test } from "vitest"
import type { KubeObject } from "../../../src/deploy/cluster/index.ts"
import { holdOn, isUnfinished, planOf, stepState } from "../../../src/deploy/state/index.ts"
import { hookOf } from "../../../src/deploy/steps/hook/details.ts"
import { jobOf, jobsPath } from "../../../src/deploy/steps/hook/job.ts"
import { sha256 } from "../../../src/domain/index.ts"
import { consistent } from "./support/consistent.ts"
import { killPoints } from "./support/runs.ts"
import { namespace } from "./support/session.ts"
import { executeWish, Simulation, type ToysOf, type Wish } from "./support/simulation.ts"
import { runJobs, runsOf } from "./toys/job-controller.ts"

const image = `registry.example/tools@${sha256("tools")}`
const migrate = (...command: readonly string[]) => ({ name: "migrate", before: "roll-out", image, command })
const e2e = (...command: readonly string[]) => ({ name: "e2e", after: "smoke", image, command })
const well = [migrate("exit", "0"), e2e("exit", "0")]

const withHooks =
  (hooks: readonly object[]): ToysOf =>
  (api, _point, clock) => {
    runJobs(api, clock)
    // Time passes here only while a hook is waited for: nothing renews the lock meanwhile.
    return { environment: { hooks, lock: { giveUp: "1h" } } }
  }

const deploy = (version: string): Wish => ({ do: "deploy", version })

async function world(hooks: readonly object[] = well): Promise<Simulation> {
  const simulation = new Simulation(null, withHooks(well))
  expect(await simulation.untilDone(deploy("good-1"), [])).toBe("verified")
  return simulation.copy(withHooks(hooks))
}

async function result(simulation: Simulation, version: string) {
  const lines: string[] = []
  const session = simulation.session({ say: (line) => lines.push(line) })
  return { ...(await executeWish(session, deploy(version))), lines }
}

const jobsIn = ({ api }: Simulation) =>
  [...api.objects].flatMap(([path, object]) => (path.includes("/jobs/") ? [object] : []))

const once = (runs: readonly string[]) => expect(runs).toEqual([...new Set(runs)])

describe("killed at every write", { timeout: 60_000 }, () => {
  test("the same call again finds the Job, and no hook is run twice", async () => {
    const ready = await world()
    let last = 0
    for (const point of killPoints()) {
      const simulation = ready.copy()
      if ((await simulation.once(deploy("good-2"), point)) !== null) break
      last = point
      expect(await simulation.untilDone(deploy("good-2"), [])).toBe("verified")
      consistent(simulation)
      for (const hook of ["migrate", "e2e"]) {
        once(runsOf(simulation.api, hook))
        // One for each of the two releases; where it was over and only its end not heard, the call was made anew.
        const anew = simulation.ledger().entries.length - 2
        expect(runsOf(simulation.api, hook)).toHaveLength(2 + anew)
      }
    }
    expect(last).toBeGreaterThan(20)
  })

  test("the same one twice", async () => {
    const ready = await world()
    for (let point = 0; point < 60; point += 3) {
      const simulation = ready.copy()
      await simulation.once(deploy("good-2"), point)
      await simulation.once(deploy("good-2"), 12)
      expect(await simulation.untilDone(deploy("good-2"), [])).toBe("verified")
      once(runsOf(simulation.api, "migrate"))
      consistent(simulation)
    }
  })

  test("a rollback by hand comes to its end without any hook", async () => {
    const ready = await world()
    for (const point of killPoints()) {
      const simulation = ready.copy()
      if ((await simulation.once(deploy("good-2"), point)) !== null) break
      if (!isUnfinished(simulation.journal())) continue
      const jobs = jobsIn(simulation).length
      expect(["rolled-back", "verified"]).toContain(await simulation.untilDone({ do: "rollback" }, []))
      expect(simulation.runs()).toBe("good-1")
      expect(jobsIn(simulation)).toHaveLength(jobs)
    }
  })

  test("another release asked for instead waits for the Job that still runs, longer than the lock was held", async () => {
    const ready = await world([migrate("exit", "0", "100")])
    for (const point of killPoints()) {
      const simulation = ready.copy()
      if ((await simulation.once(deploy("good-2"), point)) !== null) break
      expect(await simulation.untilDone(deploy("good-5"), [])).toBe("verified")
      expect(simulation.runs()).toBe("good-5")
      once(runsOf(simulation.api, "migrate"))
      // What is left of the operation that was replaced has ended.
      expect(jobsIn(simulation).every(({ status }) => status !== undefined)).toBe(true)
    }
  })
})

describe("one that fails before the roll-out", () => {
  test("by its exit code: nothing is changed and nothing held, the call ends as a failed test does (10)", async () => {
    const simulation = await world([migrate("exit", "3"), e2e("exit", "0")])
    const entries = simulation.ledger().entries.length
    const end = await result(simulation, "good-2")
    expect(end).toMatchObject({ outcome: "failed", exitCode: 10, error: { code: "STEP_FAILED" } })
    expect(end.cause).toMatch(/^hook migrate: exit code 3: the end of signalbox-hook-migrate-/)
    expect(end.lines.filter((line) => line.startsWith("hook:migrate | "))).toHaveLength(2)
    expect([simulation.runs(), simulation.revisions().length]).toEqual(["good-1", 1])
    expect([simulation.ledger().entries.length, simulation.ledger().holds]).toEqual([entries, []])
    expect(runsOf(simulation.api, "e2e")).toHaveLength(1)
  })

  test("because it never starts: that says nothing of the release (11)", async () => {
    const simulation = await world([migrate("pull")])
    const end = await result(simulation, "good-2")
    expect(end).toMatchObject({ outcome: "failed", exitCode: 11 })
    expect(end.cause).toMatch(
      /^hook migrate: it did not start in time: image pull: .*ImagePullBackOff: no such image/,
    )
    expect(end.lines).toContainEqual(expect.stringMatching(/^hook:migrate: waits: image pull: /))
    expect(simulation.runs()).toBe("good-1")
  })

  test("because its pod was deleted: it is not said that it never began (11)", async () => {
    const simulation = await world([migrate("gone")])
    expect(await result(simulation, "good-2")).toMatchObject({
      ...{ outcome: "failed", exitCode: 11, cause: "hook migrate: its pod was deleted while it ran" },
    })
  })

  test("and the same call again runs it again: the Job of a former operation never counts", async () => {
    const simulation = await world([migrate("exit", "3")])
    await result(simulation, "good-2")
    await result(simulation, "good-2")
    expect(runsOf(simulation.api, "migrate")).toHaveLength(3)
    expect(jobsIn(simulation)).toHaveLength(1)
  })
})

describe("a log that is too long to be stored", () => {
  /** As the kubelet does it: the last lines, and of them what comes first. */
  const kubelet = (simulation: Simulation, log: string) => {
    simulation.api.text = async (path) => {
      const [lines = 0, bytes = 0] = ["tailLines", "limitBytes"].map((name) =>
        Number(new URL(path, "https://cluster").searchParams.get(name)),
      )
      const last = log.split("\n").slice(-lines - 1)
      return Buffer.from(last.join("\n")).subarray(0, bytes).toString()
    }
  }

  test("is kept from its end, which says why it failed", async () => {
    const simulation = await world([migrate("exit", "3")])
    kubelet(simulation, `${`${"x".repeat(3999)}\n`.repeat(1990)}column exists already\n`)
    expect((await result(simulation, "good-2")).cause).toMatch(/exit code 3: column exists already$/)
  })

  test("in its last lines, too, ends with a line that is whole: half a secret is not known for one", async () => {
    const simulation = await world([migrate("exit", "3")])
    kubelet(simulation, `begun\n${"correct-horse-battery".repeat(300_000)}\n`)
    const { lines } = await result(simulation, "good-2")
    expect(lines.filter((line) => line.startsWith("hook:migrate | "))).toEqual([
      "hook:migrate | begun",
      "hook:migrate | (the rest of this log is too long to be stored)",
    ])
  })
})

describe("one that fails after the roll-out", () => {
  test("by its exit code: the verified release comes back, and the failed one is held (15)", async () => {
    const simulation = await world([migrate("exit", "0"), e2e("exit", "3")])
    const end = await result(simulation, "good-2")
    expect(end).toMatchObject({ outcome: "rolled-back", exitCode: 15 })
    expect(simulation.runs()).toBe("good-1")
    expect(holdOn(simulation.ledger(), simulation.setOf("good-2"))).toBeDefined()
  })

  test("because it never starts: the verified release comes back, and nothing is held", async () => {
    const simulation = await world([e2e("pull")])
    expect(await result(simulation, "good-2")).toMatchObject({ outcome: "rolled-back", exitCode: 15 })
    expect([simulation.runs(), simulation.ledger().holds]).toEqual(["good-1", []])
  })
})

describe("a Job that somebody else has put in its place", () => {
  /** Killed when the journal says that the hook runs, and before its Job was made. */
  let met: ReturnType<typeof meetBeforeItsJob> | undefined
  async function beforeItsJob(): Promise<{ simulation: Simulation; job: KubeObject }> {
    met ??= meetBeforeItsJob()
    const { simulation, job } = await met
    return { simulation: simulation.copy(), job }
  }

  async function meetBeforeItsJob(): Promise<{ simulation: Simulation; job: KubeObject }> {
    const ready = await world([migrate("exit", "3")])
    for (let point = 0; ; point++) {
      const simulation = ready.copy()
      if ((await simulation.once(deploy("good-2"), point)) !== null) throw new Error("never met")
      const journal = simulation.journal()
      if (journal === null || stepState(journal, "hook:migrate") !== "running") continue
      const hook = planOf(journal).steps.find(({ id }) => id === "hook:migrate")
      if (hook === undefined) throw new Error("no hook is planned")
      const { operation, environment } = journal
      const owner = { operation, environment, version: "good-2", revision: null }
      return { simulation, job: jobOf(hookOf(hook), owner, namespace) }
    }
  }
  const put = ({ api }: Simulation, job: KubeObject) =>
    api.put(`${jobsPath(namespace)}/${job.metadata.name}`, { ...job, status: complete })
  const complete = { conditions: [{ type: "Complete", status: "True" }] }
  const withSpec = (job: KubeObject, more: object): KubeObject => ({
    ...job,
    spec: { ...(job.spec as object), ...more },
  })

  test.each([
    ["another program", { command: ["true"] }],
    ["another image", { image: `registry.example/tools@${sha256("other tools")}` }],
    ["other variables", { env: [{ name: "DRY_RUN", value: "1" }] }],
  ])("under its name and labels, with %s, never counts (11)", async (_what, more) => {
    const { simulation, job } = await beforeItsJob()
    const containers = [{ ...podOf(job).containers[0], ...more }]
    put(simulation, withSpec(job, { template: { spec: { ...podOf(job), containers } } }))
    const end = await result(simulation, "good-2")
    expect(end).toMatchObject({ outcome: "failed", exitCode: 11 })
    expect(end.cause).toMatch(/there is another Job of the name \S+: it does not run what the plan says$/)
    expect(simulation.runs()).toBe("good-1")
  })

  test.each<[string, object, object]>([
    ["other files over the image's", { volumes: [{ name: "tmp", configMap: { name: "mine" } }] }, {}],
    ["a program that runs before it", { initContainers: [{ name: "first", image: "x" }] }, {}],
    ["another address of the database", { hostAliases: [{ ip: "10.0.0.1", hostnames: ["db"] }] }, {}],
    ["a policy that counts no failure", {}, { podFailurePolicy: { rules: [] } }],
  ])("sibling of V08: under its name, with %s, never counts (11)", async (_what, pod, more) => {
    const { simulation, job } = await beforeItsJob()
    put(simulation, withSpec(job, { ...more, template: { spec: { ...podOf(job), ...pod } } }))
    const end = await result(simulation, "good-2")
    expect(end).toMatchObject({ outcome: "failed", exitCode: 11 })
    expect(end.cause).toMatch(/it does not run what the plan says$/)
    expect(simulation.runs()).toBe("good-1")
  })

  test("that needs no run to be complete never counts", async () => {
    const { simulation, job } = await beforeItsJob()
    put(simulation, withSpec(job, { completions: 0 }))
    expect(await result(simulation, "good-2")).toMatchObject({ outcome: "failed", exitCode: 11 })
  })

  test("of no operation writes nothing into the log of a deployment", async () => {
    const { simulation, job } = await beforeItsJob()
    const name = "innocent"
    const labels = { "app.kubernetes.io/managed-by": "signalbox", "signalbox/job": name }
    const annotations = { "signalbox/operation": "x\nSTEP_FAILED: forged" }
    const foreign: KubeObject = { ...job, metadata: { name, namespace, labels, annotations } }
    simulation.api.put(`${jobsPath(namespace)}/${name}`, { ...foreign, status: {} })
    const { cause, lines } = await result(simulation, "good-2")
    expect(cause).toContain("hook migrate: exit code 3")
    expect(lines.join("\n")).not.toContain("forged")
    expect(jobsIn(simulation).map(({ metadata }) => metadata.name)).toContain(name)
  })
})

function podOf(job: KubeObject): { readonly containers: readonly [object] } {
  return (job.spec as { template: { spec: { containers: readonly [object] } } }).template.spec
}

describe("taken over after hooks were done", () => {
  /** Killed after the last hook was done and before that is recorded. */
  let met: Promise<Simulation> | undefined
  async function cutOff(): Promise<Simulation> {
    met ??= meet()
    return (await met).copy()
  }

  async function meet(): Promise<Simulation> {
    const ready = await world()
    for (let point = 0; ; point++) {
      const simulation = ready.copy()
      if ((await simulation.once(deploy("good-2"), point)) !== null) throw new Error("never met")
      const journal = simulation.journal()
      if (journal !== null && isUnfinished(journal) && stepState(journal, "hook:e2e") === "done")
        return simulation
    }
  }

  test("while the release runs: none is run again", async () => {
    const simulation = await cutOff()
    expect(await simulation.untilDone(deploy("good-2"), [])).toBe("verified")
    expect(
      [runsOf(simulation.api, "migrate"), runsOf(simulation.api, "e2e")].map((runs) => runs.length),
    ).toEqual([...[2, 2]])
  })

  test("where it had to be rolled out anew: what ran against it runs again, what ran before it does not", async () => {
    const simulation = await cutOff()
    simulation.release.stopPods()
    expect(await simulation.untilDone(deploy("good-2"), [])).toBe("verified")
    expect(simulation.release.ready()).toBe(true)
    expect(
      [runsOf(simulation.api, "migrate"), runsOf(simulation.api, "e2e")].map((runs) => runs.length),
    ).toEqual([...[2, 3]])
  })

  test("with other hooks than were approved: its plan is not finished", async () => {
    const simulation = (await cutOff()).copy(withHooks([migrate("exit", "0", "1"), e2e("exit", "0")]))
    const { lines } = await result(simulation, "good-2")
    expect(lines).toContainEqual(
      expect.stringContaining("was interrupted: going back to what was verified first"),
    )
    expect(runsOf(simulation.api, "migrate")).toHaveLength(3)
  })
})

test("an approval that was carried out covers its own hooks only, also where nothing else has changed", async () => {
  const simulation = await world()
  const { planHash } = await result(simulation, "good-2")
  const again = (hooks: readonly object[]) => {
    const later = simulation.copy(withHooks(hooks))
    return executeWish(later.session({ question: { approve: planHash } }), deploy("good-2"))
  }
  expect(await again(well)).toMatchObject({ outcome: "verified" })
  await expect(again([migrate("exit", "0"), e2e("exit", "0", "1")])).rejects.toMatchObject({
    code: "PLAN_STALE",
  })
})

describe("before anything is changed", () => {
  const refused = async (simulation: Simulation) => {
    // What is asked of the API server is asked once more after an operation that was cut off.
    await simulation.once(deploy("good-2"), 8)
    const runs = runsOf(simulation.api, "migrate").length
    const error: unknown = await executeWish(simulation.session(), deploy("good-5")).catch(
      (one: unknown) => one,
    )
    expect(runsOf(simulation.api, "migrate")).toHaveLength(runs)
    return error
  }

  test.each(["create jobs", "get jobs", "list jobs", "get pods/log"])(
    "the right to %s is asked for",
    async (right) => {
      const simulation = await world()
      simulation.api.forbidden.add(right)
      expect(await refused(simulation)).toMatchObject({
        code: "CLUSTER_REFUSED",
        detail: {
          what: `this account may not run hooks: ${right}`,
          next: expect.stringContaining("src/deploy/README.md, Permissions"),
        },
      })
    },
  )

  test("without hooks no such right is needed", async () => {
    const simulation = await world([])
    simulation.api.forbidden.add("create jobs")
    expect(await simulation.untilDone(deploy("good-2"), [])).toBe("verified")
  })

  test("a secret in the open refuses it", async () => {
    const open = { ...migrate("exit", "0"), env: { DATABASE_PASSWORD: "correct-horse-battery" } }
    const error = await refused(await world([open]))
    expect(error).toMatchObject({
      code: "POLICY_REFUSED",
      detail: { what: "a hook carries secrets or placeholders" },
    })
    expect(String(error)).not.toContain("correct-horse-battery")
  })
})
