/**
 * Section "approval": a person has approved a plan, and something else is to be carried out by that approval. On the real
 * cluster: what production runs in the end is what was read, or nothing.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Plan, planHash, type ReleaseRecord, sha256 } from "../../../src/domain/index.ts"
import { type Question, smoke, testValues } from "../../cluster/deploy-support/environment.ts"
import { Protected } from "./support/protected.ts"
import { refused } from "./support/refused.ts"

const tools = { helm: `registry.example/helm@${sha256("helm")}`, k6: `registry.example/k6@${sha256("k6")}` }
const crd = (group: string) => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: carts.${group} }
spec:
  group: ${group}
  names: { kind: Cart, plural: carts, singular: cart }
  scope: Namespaced
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
`
const hook = {
  ...{ name: "migrate", before: "roll-out", component: "web", command: ["true"], timeout: "40s" },
  resources: { requests: { cpu: "5m", memory: "8Mi" }, limits: { cpu: "200m", memory: "32Mi" } },
}

let world: Protected
let release: ReleaseRecord
let other: ReleaseRecord
let approve: `sha256:${string}`

beforeAll(async () => {
  world = await Protected.create()
  release = await world.verified("1.0.0")
  other = await world.verified("1.1.0")
  approve = await world.approved(await question())
})
afterAll(() => world?.remove())

const question = (more: Question = {}, record = release) => world.question(record, { tools, ...more })
type Settings = Parameters<Protected["environment"]>[0]
const settings = (more: object): Promise<Question> =>
  question({ environment: world.environment(more as Settings) })

interface Attack {
  readonly name: string
  readonly asked: () => Promise<Question>
  readonly values?: string
  /** What the call finds on its disk, until the attack is over. */
  readonly disk?: Partial<Pick<Protected["production"], "smoke" | "chartFiles">>
  readonly says?: readonly (string | RegExp)[]
}

const stale = ["PLAN_STALE", "the approved plan is not the one that would be carried out now"] as const
const notOfRelease = [/chart/] as const

const attacks: readonly Attack[] = [
  { name: "another image, that staging has verified too", asked: () => question({}, other) },
  {
    name: "the same images under another version",
    asked: async () => {
      const renamed = { ...release, version: "1.0.1" }
      return question({ record: renamed, promotion: await world.promotion(release) })
    },
    says: ["EVIDENCE_MISSING", "rule signed-record"],
  },
  { name: "other values", asked: () => question(), values: testValues.replace("replicas: 1", "replicas: 2") },
  {
    name: "another template in the chart",
    asked: () => question(),
    disk: {
      chartFiles: { "templates/more.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: more }\n" },
    },
    says: notOfRelease,
  },
  {
    name: "a CRD in the chart",
    asked: () => question(),
    disk: { chartFiles: { "crds/cart.yaml": crd("attack.example") } },
    says: notOfRelease,
  },
  {
    name: "a smoke test that everything passes",
    asked: () => question(),
    disk: { smoke: smoke.replace(/status: 200, json: .*$/m, "status: 200 }") },
  },
  {
    name: "a status page that answers instead of the application",
    asked: () => settings({ access: { kind: "url", url: "http://status.example" } }),
    says: [/PLAN_STALE|CONFIG_INVALID/],
  },
  { name: "lower objectives", asked: () => settings({ objectives: { errorRate: 1 } }) },
  { name: "a longer time for what staging has verified", asked: () => settings({ verificationTtl: "300d" }) },
  {
    name: "older databases",
    asked: () => settings({ acceptedDatabases: [{ name: "any", maxAge: "9999d" }] }),
  },
  {
    name: "no pin of the cluster, or another one",
    asked: () => settings({ cluster: { server: null, caFingerprint: "ab".repeat(32) } }),
    says: [],
  },
  { name: "a hook", asked: () => settings({ hooks: [hook] }) },
  {
    name: "another image of a tool",
    asked: () => question({ tools: { ...tools, helm: `registry.example/helm@${sha256("mine")}` } }),
  },
  {
    name: "fewer required gates",
    asked: () => question({ requiredGates: ["unit"] }),
    says: ["EVIDENCE_MISSING", "evidence is missing for: unit"],
  },
  {
    name: "another branch whose policy counts",
    asked: () => question({ protectedBranches: ["main", "feature/x"] }),
  },
]

describe("V07 V10 an approval of one plan does not cover", () => {
  test.each(attacks)("$name", async ({ asked, values, disk = {}, says = stale }) => {
    const { production } = world
    const before = { smoke: production.smoke, chartFiles: production.chartFiles }
    Object.assign(production, disk)
    try {
      const changed = { ...(await asked()), approve }
      const end = await refused(
        () => production.call("run", changed, values),
        [expect.any(Number), ...says],
        world.watch,
      )
      expect([13, 16]).toContain(end.code)
    } finally {
      Object.assign(production, before)
    }
  })

  test("another environment: the hash that was approved for staging", async () => {
    const elsewhere = await world.staging.call("plan", { record: release })
    const approvedThere = planHash(await elsewhere.json<Plan>("plan.json"))
    await refused(
      async () => world.production.call("run", await question({ approve: approvedThere })),
      [16, ...stale],
      world.watch,
    )
  })
})

test("the plan that was approved is what runs, by the digests that staging runs", async () => {
  const end = await world.production.call("run", await question({ approve }))
  expect([end.code, end.stderr]).toEqual([0, ""])
  expect(end.report).toMatchObject({ kind: "promote", planHash: approve })
  expect(await world.production.podDigests()).toEqual([release.images[0]?.digest])
})

test("V07 an approval that was carried out covers nothing after it", async () => {
  const again = async () => world.production.call("run", await question({ approve }, other))
  await refused(again, [16, ...stale], world.watch)
})

test("V03 and from then on production follows no other policy, nor none", async () => {
  for (const policyAnchor of [{ repository: sha256("fork").slice(7, 47), branch: "main" }, null])
    await refused(
      async () => world.production.call("run", await question({ policyAnchor, approve })),
      [16, "POLICY_REFUSED", "production follows another policy: branch main"],
      world.watch,
    )
})
