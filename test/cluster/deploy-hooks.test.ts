/** Hooks on a real Kubernetes: Jobs before and after a step, in the image of the release, judged by their exit code. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { OperationReport, ReleaseRecord } from "../../src/domain/index.ts"
import { type DriverEnd, type Question, TestEnvironment } from "./deploy-support/environment.ts"

interface JobSeen {
  readonly metadata: { readonly name: string; readonly uid: string }
  readonly status?: { readonly succeeded?: number; readonly failed?: number }
}

const resources = { requests: { cpu: "5m", memory: "8Mi" }, limits: { cpu: "200m", memory: "32Mi" } }
const sh = (script: string) => ["sh", "-c", script]
const migrate = (script: string, more: object = {}) => ({
  ...{
    name: "migrate",
    before: "roll-out",
    component: "web",
    command: sh(script),
    resources,
    timeout: "40s",
  },
  ...more,
})
const check = (script: string, more: object = {}) => ({
  ...{ name: "check", after: "smoke", component: "web", command: sh(script), resources, timeout: "40s" },
  ...more,
})

/** What a pod gives a program, told by the program itself. */
const looksAround = [
  "ls /var/run/secrets/kubernetes.io 2>&1 || echo no token",
  "id -u",
  "grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/self/status",
  "touch /stays 2>&1 || true",
  "touch /tmp/goes && echo /tmp is open",
  "echo $APP_VERSION in $ENVIRONMENT",
  "echo the password is $PASSWORD and $LEVEL",
].join("; ")

describe("hooks", () => {
  let env: TestEnvironment
  const releases: Record<string, ReleaseRecord> = {}
  const run = (version: string, hooks: readonly object[], more: Question = {}) =>
    env.call("run", { ...more, record: releases[version] ?? null, environment: environmentWith(hooks) })
  const environmentWith = (hooks: readonly object[]) =>
    env.environment({ hooks } as Parameters<TestEnvironment["environment"]>[0])
  const log = (end: DriverEnd, hook: string) => readFile(join(end.out, `hook-${hook}.log`), "utf8")
  const jobs = async () => (await env.kubectlJson<{ items: readonly JobSeen[] }>(["get", "jobs"])).items
  const states = ({ steps = [] }: Partial<OperationReport>) => steps.map(({ id, state }) => `${id} ${state}`)

  beforeAll(async () => {
    env = await TestEnvironment.create("hooks")
    for (const version of ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0"])
      releases[version] = await env.release({ version, kind: "good" })
    await env.kubectl(["create", "secret", "generic", "database", "--from-literal=PASSWORD=correct-horse"])
  })
  afterAll(() => env.remove())

  test("stand in the plan and are run in its order, without token and privilege; their logs are stored", async () => {
    const image = `${releases["1.0.0"]?.images[0]?.repository}@${releases["1.0.0"]?.images[0]?.digest}`
    const hooks = [
      migrate(looksAround, { secrets: ["database"], env: { LEVEL: "high" } }),
      check("wget -q -O - http://web/health", { component: null, image }),
    ]
    const planned = await env.call("plan", {
      record: releases["1.0.0"] ?? null,
      environment: environmentWith(hooks),
    })
    expect([planned.code, planned.stderr]).toEqual([0, ""])
    expect(await readFile(join(planned.out, "plan.md"), "utf8")).toContain(`   - image: \`"${image}"\``)
    expect(await jobs()).toEqual([])
    const end = await run("1.0.0", hooks)
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(states(end.report ?? {})).toEqual([
      ...["hook:migrate done", "roll-out done", "smoke done", "hook:check done", "verify done"],
    ])
    const said = await log(end, "migrate")
    expect(said).toContain("no token")
    expect(said).toMatch(/^1001$/m)
    expect(said).toMatch(/CapEff:\s+0000000000000000\nNoNewPrivs:\s+1\nSeccomp:\s+2/)
    expect(said).toContain("/stays: Read-only file system")
    expect(said).toContain("/tmp is open")
    expect(said).toContain("1.0.0 in test")
    expect(said).toContain("the password is (secret) and high")
    expect(await log(end, "check")).toContain('"version":"1.0.0"')
    expect(end.report?.files).toEqual(expect.arrayContaining(["hook-check.log", "hook-migrate.log"]))
  })

  test("no Service of the release leads to them, and status counts none of their pods", async () => {
    const slices = await env.kubectl(["get", "endpointslices", "--output", "yaml"])
    expect(slices).not.toContain("signalbox-hook-")
    const { status } = await env.observe()
    expect([status.current?.verified, status.differences]).toEqual([true, []])
  })

  test("one that fails before the roll-out leaves what runs as it is, and holds nothing: 10, with its log", async () => {
    const pods = await env.kubectl([
      "get",
      "pods",
      "--selector",
      "app.kubernetes.io/instance=app",
      "--output",
      "name",
    ])
    const end = await run("1.1.0", [migrate("echo column exists already; exit 3"), check("true")])
    expect(end.code).toBe(10)
    expect(end.stderr).toMatch(/^STEP_FAILED: 1\.1\.0 was not deployed to test/)
    expect(end.stderr).toContain("hook migrate: exit code 3: column exists already")
    expect(end.stdout).toContain("hook:migrate | column exists already")
    expect(await log(end, "migrate")).toBe("column exists already\n")
    expect(
      await env.kubectl(["get", "pods", "--selector", "app.kubernetes.io/instance=app", "--output", "name"]),
    ).toBe(pods)
    const { status, ledger } = await env.observe()
    expect([status.current?.version, status.current?.verified, ledger.holds]).toEqual(["1.0.0", true, []])
  })

  test("the Jobs of the operation before are gone with their pods, and never count", async () => {
    const end = await run("1.1.0", [migrate("true")])
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect((await jobs()).map(({ status }) => status?.succeeded)).toEqual([1])
  })

  test("one that fails after the roll-out takes the release back, and holds it: 15", async () => {
    const serving = await env.podDigests()
    const end = await run("1.2.0", [check("echo cart is empty; exit 4")])
    expect(end.code).toBe(15)
    expect(end.stderr).toContain("hook check: exit code 4: cart is empty")
    expect(states(end.report ?? {})).toEqual([
      ...["roll-out done", "smoke done", "hook:check failed", "verify pending"],
      ...["return done", "prove done", "record done"],
    ])
    expect((await env.podDigests()).filter((one) => serving.includes(one))).not.toEqual([])
    const { status, ledger } = await env.observe()
    expect([status.current?.version, ledger.holds.map(({ version }) => version)]).toEqual([
      "1.1.0",
      ["1.2.0"],
    ])
  })

  test("one that takes longer than its time is ended, and its log is there: 10", async () => {
    const end = await run("1.3.0", [migrate("echo begun; sleep 600", { timeout: "4s" })])
    expect([end.code, end.stderr]).toEqual([
      10,
      expect.stringContaining("hook migrate: it did not end in time: begun"),
    ])
    expect(end.seconds).toBeLessThan(60)
    expect(await log(end, "migrate")).toBe("begun\n")
    const running = await env.kubectl([
      "get",
      "pods",
      "--field-selector",
      "status.phase=Running",
      "--output",
      "name",
    ])
    expect(running).not.toContain("signalbox-hook-")
  })

  test("one whose image cannot be had says nothing of the release: 11 with the first cause", async () => {
    const nowhere = `${releases["1.0.0"]?.images[0]?.repository}@sha256:${"0".repeat(64)}`
    const end = await run("1.3.0", [migrate("true", { component: null, image: nowhere, timeout: "3s" })])
    expect(end.code).toBe(11)
    expect(end.stderr).toMatch(
      /hook migrate: it did not start in time: image pull: signalbox-hook-migrate-\S+\/main: /,
    )
  })

  test("one for which there is no room does neither, and its cause is the quota", async () => {
    await env.kubectl(["create", "quota", "none", "--hard=limits.memory=40Mi"])
    const large = { requests: { cpu: "5m", memory: "8Mi" }, limits: { cpu: "200m", memory: "64Mi" } }
    const end = await run("1.3.0", [migrate("true", { resources: large, timeout: "2s" })])
    await env.kubectl(["delete", "quota", "none"])
    expect([end.code, end.stderr]).toEqual([
      11,
      expect.stringMatching(/did not start in time: quota or policy: .*exceeded quota/),
    ])
  })

  test("a driver that is killed while it waits: the next call finds the Job, and it has run once", async () => {
    const hooks = [migrate("echo began; sleep 8; echo ended")]
    const record = releases["1.4.0"] ?? null
    const started = await env.start("run", { record, environment: environmentWith(hooks) })
    await expect
      .poll(async () => (await jobs()).map(({ status }) => status), { timeout: 30_000 })
      .toEqual([expect.objectContaining({ active: 1, ready: 1 })])
    const [job] = await jobs()
    started.process.kill()
    await started.end
    const end = await env.call("run", { record, environment: environmentWith(hooks) })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect((await jobs()).map(({ metadata }) => metadata.uid)).toEqual([job?.metadata.uid])
    expect(await log(end, "migrate")).toBe("began\nended\n")
    const pods = await env.kubectl(["get", "pods", "--selector", "signalbox/job", "--output", "name"])
    expect(pods.trim().split("\n")).toHaveLength(1)
  })

  test("an account without the rights is told which, before anything is changed", async () => {
    env.account = await env.accountWith("reader", ["get", "list", "patch", "create"])
    await env.kubectl(["patch", "role", "reader", "--type=json", "--patch", JSON.stringify(noJobs)])
    const end = await env.call("plan", {
      record: releases["1.5.0"] ?? null,
      environment: environmentWith([migrate("true")]),
    })
    env.account = undefined
    expect(end.code).toBe(11)
    expect(end.stderr).toContain("CLUSTER_REFUSED: this account may not run hooks: create jobs, get pods/log")
    expect(end.stderr).toContain("src/deploy/README.md")
  })

  test("an invalid one is refused in the API server's words: 16", async () => {
    const hooks = [migrate("true", { resources: { requests: { cpu: "1" }, limits: { cpu: "1m" } } })]
    const end = await env.call("plan", {
      record: releases["1.5.0"] ?? null,
      environment: environmentWith(hooks),
    })
    expect([end.code, end.stderr]).toEqual([16, expect.stringContaining("a hook's Job; nothing was changed")])
  })

  test("a plan that cannot be written down is never shown for approval: 16", async () => {
    const args = Array.from({ length: 20 }, () => "x".repeat(3999))
    const end = await env.call("plan", {
      record: releases["1.5.0"] ?? null,
      environment: environmentWith([migrate("true", { args })]),
    })
    expect([end.code, end.stderr]).toEqual([
      16,
      expect.stringMatching(
        /^POLICY_REFUSED: the plan does not fit into the journal .*\n.*commands of hooks/,
      ),
    ])
    expect(end.report?.files).not.toContain("plan.hash")
  })

  test("a rollback by hand runs none", async () => {
    const uids = (await jobs()).map(({ metadata }) => metadata.uid)
    const end = await env.call("rollback", {
      environment: environmentWith([migrate("exit 1"), check("exit 1")]),
    })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect((await jobs()).map(({ metadata }) => metadata.uid)).toEqual(uids)
  })
})

/** Everything that a plan reads and asks, but Jobs that may be looked at only, and no log. */
const noJobs = [
  {
    op: "replace",
    path: "/rules",
    value: [
      {
        apiGroups: [""],
        resources: ["namespaces", "configmaps", "secrets", "services", "pods", "serviceaccounts", "events"],
        verbs: ["get", "list", "patch", "create"],
      },
      {
        apiGroups: ["apps", "policy", "networking.k8s.io", "autoscaling"],
        resources: ["*"],
        verbs: ["get", "list", "patch", "create"],
      },
      { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get"] },
      { apiGroups: ["batch"], resources: ["jobs"], verbs: ["get", "list"] },
    ],
  },
]
