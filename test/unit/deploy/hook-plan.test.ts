/** Hooks in a plan: where they stand, what a person approves, and what their Jobs are made of. */
import { describe, expect, test } from "vitest"
import { parseManifests } from "../../../src/chart/index.ts"
import { planDeployment, planMarkdown, planRollback } from "../../../src/deploy/plan/index.ts"
import { driverRequest } from "../../../src/deploy/request.ts"
import { append, emptyLedger, sameDetails } from "../../../src/deploy/state/index.ts"
import { hookOf } from "../../../src/deploy/steps/hook/details.ts"
import { jobName, jobOf } from "../../../src/deploy/steps/hook/job.ts"
import type { World } from "../../../src/deploy/world/index.ts"
import { type Plan, planHash, SignalboxError, sha256 } from "../../../src/domain/index.ts"
import { members } from "./support/members.ts"
import { history, manifestOf, setOf, settings } from "./support/sets.ts"

const digest = sha256("1.1.0")
const ledger = append(emptyLedger("staging"), {
  ...{ operation: "first", kind: "deploy", fence: 1, at: "2026-01-01T00:00:00Z", by: "anna" },
  ...{ set: setOf("1.0.0"), revision: 1, outcome: "verified", planHash: sha256("plan") },
} as const)

const world: World = {
  ...history([
    {
      ...{ revision: 1, status: "deployed", description: "", manifest: manifestOf("1.0.0") },
      manifests: setOf("1.0.0").manifests,
    } as const,
  ]),
  ...{ rollout: { ready: true, waitingFor: [], changed: [] }, images: {}, pods: [], ledger },
  traffic: { present: ["Service/web"], missing: [] },
}

const migrate = { name: "migrate", before: "roll-out", component: "web", command: ["node", "migrate.js"] }
const e2e = {
  ...{ name: "e2e", after: "smoke", image: `registry.example/e2e@${sha256("e2e")}` },
  ...{ command: ["run"], args: ["--all"], env: { LEVEL: "`high`" }, user: 1001, timeout: "90s" },
  ...{ secrets: ["tokens"], secretEnv: { URL: { name: "db", key: "url" } }, imagePullSecrets: ["registry"] },
}

const record = {
  ...{ schemaVersion: 1, project: "test", version: "1.1.0", gates: [] },
  images: [{ component: "web", repository: "registry.example/shop/web", digest }],
  chart: { name: "app", version: "1", digest: sha256("chart") },
}

function factsOf(hooks: readonly object[], environment: Record<string, unknown> = {}, canLoad = true) {
  const request = driverRequest.parse({
    ...{ schemaVersion: 1, project: "test", components: {}, record, date: "2026-01-01T00:00:00Z" },
    environment: { ...settings(), load: { profile: "smoke" }, hooks, ...environment },
    ...{ holder: { who: "anna", id: "1" }, operation: "op" },
  })
  return {
    ...{ members, request, cluster: "uid-1", interrupted: null, canLoad, world },
    proof: {
      smoke: { source: "health paths" as const, digest: sha256("smoke") },
      ...{ load: null, objectives: settings().objectives },
    },
  }
}

function planOf(...args: Parameters<typeof factsOf>): Plan {
  return planOfFacts(factsOf(...args))
}

function planOfFacts(facts: ReturnType<typeof factsOf>): Plan {
  const manifest = manifestOf("1.1.0")
  const target = { set: setOf("1.1.0"), manifest, objects: parseManifests(manifest) }
  return planDeployment(facts, { ...target, crds: "", valueFiles: [], valueTexts: [] })
}

const idsOf = ({ steps }: Plan) => steps.map(({ id }) => id)

describe("where hooks stand", () => {
  const at = (name: string, where: object) => ({ name, image: e2e.image, command: ["run"], ...where })
  const all = [
    ...[at("last", { after: "load" }), at("warm", { after: "roll-out" }), at("e2e", { after: "smoke" })],
    ...[at("backup", { before: "roll-out" }), at("migrate", { before: "roll-out" })],
  ]

  test("before and after their steps, those of one place in the order of the file", () => {
    expect(idsOf(planOf(all))).toEqual([
      ...["hook:backup", "hook:migrate", "roll-out", "hook:warm"],
      ...["smoke", "hook:e2e", "load", "hook:last", "verify"],
    ])
  })

  test("also where the step itself is not run", () => {
    expect(idsOf(planOf([at("last", { after: "load" })], {}, false))).toEqual([
      ...["roll-out", "smoke", "hook:last", "verify"],
    ])
  })

  test("one that would stand nowhere refuses the plan, instead of being left out", () => {
    const facts = factsOf([at("lost", { after: "load" })])
    const [hook] = facts.request.environment.hooks
    if (hook === undefined) throw new Error("there is no hook")
    // The configuration lists what there is; this is an older one, by a newer version.
    Object.assign(hook, { after: "switch" })
    expect(() => planOfFacts(facts)).toThrow(/hook:lost names a step that the plan does not have/)
  })

  test("a rollback by hand has none", () => {
    const [entry] = ledger.entries
    if (entry === undefined) throw new Error("there is no entry")
    expect(idsOf(planRollback(factsOf(all), entry))).toEqual(["roll-out", "smoke", "verify"])
  })

  test("the image of a component is the release's by its digest; one that it does not have is refused", () => {
    expect(planOf([migrate]).steps[0]?.details?.image).toBe(`registry.example/shop/web@${digest}`)
    const unknown = () => planOf([{ ...migrate, component: "wep" }])
    expect(unknown).toThrow(SignalboxError)
    expect(unknown).toThrow(/its components are web/)
  })
})

describe("what is approved", () => {
  const plan = planOf([migrate, e2e])

  test("is in words and in full, with backticks as they are", () => {
    const text = planMarkdown(plan, planHash(plan), [])
    expect(text).toContain(
      "1. **hook:migrate**: before roll-out: run node migrate.js in the image of web (at most 300 s)",
    )
    expect(text).toContain('   - command: `["node","migrate.js"]`')
    expect(text).toContain(`   - image: \`"registry.example/e2e@${sha256("e2e")}"\``)
    expect(text).toContain('   - env: `` {"LEVEL":"`high`"} ``')
    expect(text).toContain('   - secrets: `["tokens"]`')
    expect(text).toContain('   - timeout: `"90s"`')
  })

  test("nothing that a command says hides a part of it", () => {
    const text = "<details> <!-- **\u202e\u001b[8m` x"
    const plan = planOf([{ ...migrate, command: ["sh", "-c", text] }])
    const markdown = planMarkdown(plan, planHash(plan), [])
    expect(markdown).toContain(
      "run sh -c \\<details\\> \\<!-- \\*\\*\\\\u202e\\\\u001b\\[8m\\` x in the image of web",
    )
    expect(markdown).not.toMatch(/\p{Cf}/u)
    expect(JSON.parse(/- command: `` (.*) ``$/m.exec(markdown)?.[1] ?? "")).toEqual(["sh", "-c", text])
  })

  test("nothing in a diff ends it", () => {
    const diff = ["@@ -1,2 +1,3 @@", " ```", "+# forged"]
    const change = { action: "update" as const, kind: "PriorityClass", name: "low", diff }
    const markdown = planMarkdown(plan, planHash(plan), [change])
    expect(markdown).toContain(["````diff", ...diff, "````"].join("\n"))
  })

  test("no hooks are no part of a plan", () => {
    expect(planOf([]).steps.some((step) => "details" in step)).toBe(false)
  })

  test.each<[string, object]>([
    ["its name", { name: "other" }],
    ["its place", { after: "load" }],
    ["its image", { image: `registry.example/e2e@${sha256("other")}` }],
    ["its command", { command: ["run", "x"] }],
    ["its arguments", { args: [] }],
    ["its environment", { env: { LEVEL: "low" } }],
    ["a Secret", { secrets: ["others"] }],
    ["a key of a Secret", { secretEnv: { URL: { name: "db", key: "other" } } }],
    ["the credentials of its registry", { imagePullSecrets: [] }],
    ["its user", { user: 1002 }],
    ["its resources", { resources: { limits: { memory: "1Gi" } } }],
    ["its timeout", { timeout: "91s" }],
  ])("another plan when %s is another one", (_, change) => {
    const other = planOf([migrate, { ...e2e, ...change }])
    expect(planHash(other)).not.toBe(planHash(plan))
    expect(sameDetails(other.steps, plan.steps)).toBe(false)
  })

  test("the same where nothing is", () => {
    expect(planHash(planOf([{ ...migrate }, { ...e2e }]))).toBe(planHash(plan))
    expect(sameDetails(planOf([migrate, e2e], { timeouts: { smoke: "2m" } }).steps, plan.steps)).toBe(true)
  })
})

describe("its Job", () => {
  const [, , , step] = planOf([migrate, e2e]).steps
  if (step === undefined) throw new Error("there is no hook")
  const hook = hookOf(step)
  const owner = { operation: "op", environment: "staging", version: "1.1.0", revision: 2 }
  const job = jobOf(hook, owner, "apps")

  test("has no token, no privilege, no label of a release, and is run once", () => {
    expect(job).toMatchObject({
      spec: {
        ...{ backoffLimit: 0, activeDeadlineSeconds: 120, ttlSecondsAfterFinished: 604_800 },
        template: {
          metadata: {
            labels: { "app.kubernetes.io/managed-by": "signalbox", "signalbox/job": job.metadata.name },
          },
          spec: {
            ...{ restartPolicy: "Never", automountServiceAccountToken: false, activeDeadlineSeconds: 90 },
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1001,
              seccompProfile: { type: "RuntimeDefault" },
            },
            imagePullSecrets: [{ name: "registry" }],
            containers: [
              {
                ...{ image: e2e.image, command: ["run"], args: ["--all"] },
                envFrom: [{ secretRef: { name: "tokens" } }],
                env: [
                  { name: "APP_VERSION", value: "1.1.0" },
                  { name: "ENVIRONMENT", value: "staging" },
                  { name: "LEVEL", value: "`high`" },
                  { name: "URL", valueFrom: { secretKeyRef: { name: "db", key: "url" } } },
                ],
                securityContext: {
                  ...{ allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: true },
                  capabilities: { drop: ["ALL"] },
                },
              },
            ],
          },
        },
      },
    })
    const { metadata } = (job.spec as { template: { metadata: { labels: object } } }).template
    expect(Object.keys(metadata.labels)).toHaveLength(2)
  })

  test("has a name of its own for each hook, operation and revision, and the same for the same", () => {
    const names = [
      jobName(hook, owner),
      jobName({ ...hook, name: "other" }, owner),
      jobName(hook, { ...owner, operation: "op-2" }),
      jobName(hook, { ...owner, revision: 3 }),
      jobName(hook, { ...owner, revision: null }),
    ]
    expect(new Set(names).size).toBe(names.length)
    expect(jobName(hook, { ...owner, version: "1.2.0" })).toBe(names[0])
    const long = jobName({ ...hook, name: "a".repeat(30) }, owner)
    // The name of its pod has six characters more, and is a host name.
    expect(long).toMatch(/^[a-z0-9-]{1,57}$/)
  })
})
