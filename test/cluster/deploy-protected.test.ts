import { readFile, writeFile } from "node:fs/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { parse, stringify } from "yaml"
import { type GateEvidence, type Plan, planHash, type ReleaseRecord, sha256 } from "../../src/domain/index.ts"
import { type Question, TestEnvironment } from "./deploy-support/environment.ts"

const tools = [{ name: "trivy", version: "1.0.0", image: `registry.example/trivy@${sha256("trivy")}` }]
const evidence = (database: string): readonly GateEvidence[] => [
  { gate: "unit", verdict: "pass", summary: "42 passed", tools, reportDigest: sha256("unit") },
  {
    gate: "vulnerabilities",
    verdict: "pass",
    summary: "none of 20 known",
    tools,
    database: { name: database, date: "2026-01-01T00:00:00Z" },
    reportDigest: sha256("vulnerabilities"),
  },
]

/** Whose policy production follows. */
const anchor = { repository: sha256("root").slice(7, 47), branch: "main" }

describe("a protected environment", () => {
  let staging: TestEnvironment
  let production: TestEnvironment
  let release: ReleaseRecord

  beforeAll(async () => {
    ;[staging, production] = await Promise.all([
      TestEnvironment.create("stage"),
      TestEnvironment.create("prod"),
    ])
    release = await staging.release(
      { version: "2.0.0", kind: "good" },
      { gates: evidence("signalbox-fixture") },
    )
  })
  afterAll(async () => {
    await Promise.all([staging.remove(), production.remove()])
  })

  /** A call to production, promoting what staging's ledger proves. */
  async function question(more: Question = {}): Promise<Question> {
    const { ledger } = await staging.observe().catch(() => ({ ledger: null }))
    return {
      kind: "promote",
      record: release,
      requiredGates: ["unit", "vulnerabilities"],
      protectedBranches: ["main"],
      policyAnchor: anchor,
      environment: production.environment({ name: "production", protected: true, promotesFrom: "test" }),
      promotion: { from: "test", ledger: ledger as never, verificationTtl: "1d" },
      ...more,
    }
  }

  test("refuses what was never verified where it promotes from", async () => {
    const end = await production.call("run", await question())
    expect([end.code, end.stderr]).toEqual([
      16,
      expect.stringContaining("version 2.0.0 is not verified in test"),
    ])
  })

  test("refuses missing evidence and a database that it does not name, all at once", async () => {
    expect((await staging.call("run", { record: release })).code).toBe(0)
    const bare = await production.call("plan", await question({ record: { ...release, gates: [] } }))
    expect(bare.code).toBe(16)
    expect(bare.stderr).toContain("evidence is missing for: unit, vulnerabilities")
    const environment = {
      ...(await question()).environment,
      acceptedDatabases: [{ name: "trivy-db", maxAge: "24h" }],
    }
    const foreign = await production.call("plan", await question({ environment } as Question))
    expect([foreign.code, foreign.stderr]).toEqual([
      16,
      expect.stringContaining("does not accept the database signalbox-fixture"),
    ])
  })

  test("waits for the approval of a plan, names its hash, and has changed nothing", async () => {
    const end = await production.call("run", await question())
    expect(end.code).toBe(17)
    const plan = await end.json<Plan>("plan.json")
    expect(end.stderr).toContain(planHash(plan))
    expect(await production.kubectl(["get", "all,leases", "--output", "name"])).not.toMatch(/web|signalbox/)
  })

  test("another hash than the plan's is stale", async () => {
    const end = await production.call("run", await question({ approve: sha256("another plan") }))
    expect([end.code, end.stderr]).toEqual([16, expect.stringContaining("PLAN_STALE")])
  })

  test("carries out exactly the approved plan, with the digests that staging runs", async () => {
    const plan = await (await production.call("plan", await question())).json<Plan>("plan.json")
    const end = await production.call("run", await question({ approve: planHash(plan) }))
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(end.report).toMatchObject({ kind: "promote", planHash: planHash(plan) })
    expect(await production.podDigests()).toEqual(await staging.podDigests())
  })

  test("V03 follows from then on the policy that it was first deployed by", async () => {
    const others: readonly Question[] = [
      { policyAnchor: { ...anchor, branch: "feature/x" } },
      { policyAnchor: { ...anchor, repository: sha256("fork").slice(7, 47) } },
      {
        policyAnchor: null,
        environment: production.environment({ name: "production", promotesFrom: "test" }),
      },
    ]
    for (const other of others)
      for (const command of ["plan", "run"] as const) {
        const end = await production.call(command, await question(other))
        expect([end.code, end.stderr]).toEqual([
          16,
          expect.stringContaining("production follows another policy: branch main of the repository"),
        ])
      }
  })

  test("V03 V04 refuses a release that was judged by its own policy", async () => {
    const own: ReleaseRecord = {
      ...release,
      policy: { source: "own", hash: sha256("own"), why: "no remote" },
    }
    const end = await production.call("plan", await question({ record: own }))
    expect([end.code, end.stderr]).toEqual([
      16,
      expect.stringContaining("release 2.0.0 was not judged by the policy of a protected branch"),
    ])
  })

  test("the approval does not cover a world that has moved since", async () => {
    const next = await staging.release(
      { version: "2.1.0", kind: "good" },
      { gates: evidence("signalbox-fixture") },
    )
    expect((await staging.call("run", { record: next })).code).toBe(0)
    const ask = async (more: Question = {}) => question({ record: next, ...more })
    const plan = await (await production.call("plan", await ask())).json<Plan>("plan.json")
    await production.kubectl(["annotate", "secret", "sh.helm.release.v1.app.v1", "touched=yes"])
    expect(planHash(await (await production.call("plan", await ask())).json<Plan>("plan.json"))).toBe(
      planHash(plan),
    )
    // Another operation in between: the base of the plan is another one.
    const values = "components: { web: { replicas: 1 } }"
    const other = await production.call("plan", await ask(), `${stringify(parse(values))}`)
    expect(planHash(await other.json<Plan>("plan.json"))).not.toBe(planHash(plan))
    const stale = await production.call(
      "run",
      await ask({ approve: planHash(plan) }),
      `${stringify(parse(values))}`,
    )
    expect([stale.code, stale.stderr]).toEqual([16, expect.stringContaining("PLAN_STALE")])
  })

  test("V25: an approved plan whose load test gave no verdict is asked again by the same approval", async () => {
    const environment = {
      ...(await question()).environment,
      load: { profile: "smoke", scale: 0.05, inconclusive: "keep" },
      objectives: { minimumRequests: 1_000_000 },
    }
    const ask = async (more: Question = {}) => question({ environment, ...more } as Question)
    const plan = await (await production.call("plan", await ask())).json<Plan>("plan.json")
    const calls = [await production.call("run", await ask({ approve: planHash(plan) }))]
    calls.push(await production.call("run", await ask({ approve: planHash(plan) })))
    expect(calls.map((end) => end.code)).toEqual([12, 12])
    const [first, again] = calls.map((end) => end.report?.after?.revision)
    expect(again).toBe(first)
    const other = { ...environment, objectives: { minimumRequests: 1 } }
    const lower = await production.call(
      "run",
      await ask({ environment: other, approve: planHash(plan) } as Question),
    )
    expect([lower.code, lower.stderr]).toEqual([16, expect.stringContaining("PLAN_STALE")])
  })

  test("a kubeconfig of another cluster is refused by the environment's pins", async () => {
    const cluster = { server: "https://prod.example:6443", caFingerprint: null }
    const environment = { ...(await question()).environment, cluster }
    const end = await production.call("observe", { environment } as Question)
    expect([end.code, end.stderr]).toEqual([13, expect.stringContaining("for another cluster")])
  })

  test("one namespace's kubeconfig cannot touch the other's", async () => {
    const stolen = await readFile(staging.kubeconfig, "utf8")
    const own = await readFile(production.kubeconfig, "utf8")
    await writeFile(production.kubeconfig, stolen)
    try {
      const end = await production.call("observe", { environment: production.environment() })
      expect([end.code, end.stderr]).toEqual([11, expect.stringContaining("HTTP 403")])
    } finally {
      await writeFile(production.kubeconfig, own)
    }
  })
})
