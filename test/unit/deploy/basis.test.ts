/** An approval is for where and by what a release is proven, too. */
import { describe, expect, test } from "vitest"
import { parseManifests } from "../../../src/chart/index.ts"
import { planDeployment, planMarkdown } from "../../../src/deploy/plan/index.ts"
import { sameBasis } from "../../../src/deploy/state/index.ts"
import { type ManifestChange, planHash, sha256 } from "../../../src/domain/index.ts"
import { newKeyPair } from "../../../src/evidence/signing/key-pair.ts"
import { facts, target, worldOf } from "./support/plan-facts.ts"
import { environmentOf, manifestOf } from "./support/sets.ts"

type Leaves = Readonly<Record<string, unknown>>

/** Every value that is no object and no list, by its path. */
function leavesOf(value: unknown, path = ""): readonly (readonly [string, unknown])[] {
  if (typeof value !== "object" || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, path === "" ? key : `${path}.${key}`),
  )
}

function withLeaf(value: unknown, path: string, leaf: unknown): unknown {
  const [key = "", ...rest] = path.split(".")
  if (path === "") return value
  const inner = rest.length === 0 ? leaf : withLeaf(Reflect.get(Object(value), key), rest.join("."), leaf)
  if (Array.isArray(value)) return value.map((one, index) => (String(index) === key ? inner : one))
  return { ...Object(value), [key]: inner }
}

/** Some of them may be of no use there. */
function otherValues(path: string, value: unknown, publicKey: string): readonly unknown[] {
  if (path.endsWith("publicKey")) return [publicKey]
  if (path.endsWith("caFingerprint")) return [sha256("other")]
  if (path.endsWith("access.kind")) return ["url"]
  if (path.endsWith("load.inconclusive")) return ["return"]
  if (path.endsWith("load.profile")) return ["load"]
  if (path.endsWith("minimumRequests") || path.endsWith("history") || path.endsWith("approvals")) return [3]
  if (typeof value === "number") return [value + 1, value / 2]
  if (typeof value === "boolean") return [!value]
  return [`${String(value)}x`, "1h", "https://c.example"]
}

const hashOf = (environment: Record<string, unknown> = {}, asked: Record<string, unknown> = {}) =>
  planHash(planDeployment(facts({}, environment, asked), target("1.1.0")))

describe("V10 the hash covers what the verdict will rest on", () => {
  const changes: readonly (readonly [string, Record<string, unknown>])[] = [
    ["access", { access: { kind: "url", url: "http://status-page" } }],
    ["promotesFrom", { promotesFrom: "testing" }],
    ["acceptedDatabases", { acceptedDatabases: [{ name: "trivy-db", maxAge: "3650d" }] }],
    ["cluster pins", { cluster: { server: "https://other.example" } }],
    ["verificationTtl", { verificationTtl: "300d" }],
    ["history", { history: 50 }],
    ["lock", { lock: { wait: "10m" } }],
    ["protected", { protected: true }],
  ]

  test("V10 eight changes of the environment are eight other hashes", () => {
    const hashes = changes.map(([, environment]) => hashOf(environment))
    expect(new Set([hashOf(), ...hashes]).size).toBe(9)
  })

  test.each<[string, Record<string, unknown>]>([
    ["the digest of a tool", { tools: { kubectl: "kubectl@sha256:2" } }],
    ["a tool more", { tools: { kubectl: "kubectl@sha256:1", k6: "k6@sha256:1" } }],
    ["required gates", { requiredGates: ["unit"] }],
    ["protected branches", { protectedBranches: ["main"] }],
    ["whose policy it follows", { policyAnchor: { repository: "a".repeat(40), branch: "main" } }],
    [
      "how long a verification counts where it comes from",
      { promotion: { from: "testing", ledger: null, verificationTtl: "300d" } },
    ],
  ])("sibling of V10: another hash with %s", (_name, asked) => {
    expect(hashOf({}, { tools: { kubectl: "kubectl@sha256:1" }, ...asked })).not.toBe(
      hashOf({}, { tools: { kubectl: "kubectl@sha256:1" } }),
    )
  })

  describe("sibling of V10: every leaf of the environment and of what the call is held against", () => {
    const [ours, others] = [newKeyPair("ed25519"), newKeyPair("ed25519")]
    const environment = environmentOf({
      ...{ protected: true, approvals: 2, approvers: ["anna"], promotesFrom: "testing", values: "v.yaml" },
      cluster: { server: "https://a.example", caFingerprint: sha256("ca") },
      load: { profile: "smoke", inconclusive: "keep" },
      objectives: { expectedStatuses: [404] },
    })
    const asked = {
      ...{ requiredGates: ["unit"], namedGates: ["unit"], protectedBranches: ["main"] },
      policyAnchor: { repository: "a".repeat(40), branch: "main" },
      tools: { kubectl: "kubectl@sha256:1" },
      signingKeys: [{ name: "ours", publicKey: ours.publicKey }],
      promotion: { from: "testing", ledger: null, verificationTtl: "7d" },
      ...{ values: ["base.yaml"], evidence: "reference", server: "https://b.example", loadAsked: true },
    }
    const unchanged = [
      // These can be no other by themselves; another access and ledger are tested as a whole.
      ...["environment.schemaVersion", "environment.strategy", "environment.access.kind"],
      ...["asked.promotion.ledger", "asked.promotion.from", "asked.values.0"],
      // These do not make the bar lower: a name, an address that TLS verifies, where evidence goes, a refusal.
      ...["asked.signingKeys.0.name", "asked.server", "asked.evidence", "asked.loadAsked"],
    ]
    const parsed = JSON.parse(JSON.stringify({ environment, asked })) as Leaves
    const found = leavesOf(parsed)
    const hashWith = (path: string, value: unknown) => {
      const { environment: own, asked: call } = withLeaf(parsed, path, value) as typeof parsed
      return hashOf(own as Record<string, unknown>, call as Record<string, unknown>)
    }
    const whole = hashWith("", undefined)

    test.each([...found].filter(([path]) => !unchanged.includes(path)))("%s", (path, value) => {
      const hashes = otherValues(path, value, others.publicKey).flatMap((other) => {
        try {
          return [hashWith(path, other)]
        } catch {
          // No value that it may have.
          return []
        }
      })
      expect(hashes.length).toBeGreaterThan(0)
      for (const hash of hashes) expect(hash).not.toBe(whole)
    })

    test.each(["namedGates", "signingKeys", "requiredGates", "protectedBranches"])("none of %s", (key) => {
      expect(hashWith(`asked.${key}`, [])).not.toBe(whole)
    })
  })

  test("V10 a plan that was made before plans named keys and gates can still be finished; with others it cannot", () => {
    const { basis } = planDeployment(facts(), target("1.1.0"))
    if (basis === undefined) throw new Error("a deployment has a basis")
    const withKeys = (...signingKeys: ReturnType<typeof sha256>[]) => ({
      ...{ ...basis, namedGates: ["unit"] },
      policy: { ...basis.policy, signingKeys },
    })
    const wanted = withKeys(sha256("ours"))
    expect(sameBasis(basis, wanted)).toBe(true)
    expect(sameBasis(wanted, wanted)).toBe(true)
    expect(sameBasis(withKeys(sha256("theirs")), wanted)).toBe(false)
    expect(sameBasis({ ...wanted, namedGates: ["lint"] }, wanted)).toBe(false)
    expect(sameBasis(wanted, basis)).toBe(false)
  })

  test("V10 limits and not dates: the same plan another day", () => {
    expect(hashOf({}, { date: "2026-02-02T00:00:00Z" })).toBe(hashOf())
  })

  test("V10 a person reads where it is proven", () => {
    const plan = planDeployment(
      facts({}, { access: { kind: "url", url: "http://status-page" } }),
      target("1.1.0"),
    )
    const markdown = planMarkdown(plan, planHash(plan), plan.changes)
    expect(markdown).toContain('- access: `{"kind":"url","url":"http://status-page"}`')
    expect(markdown).toContain('- acceptedDatabases: `[{"name":"trivy-db","maxAge":"24h"}]`')
  })
})

describe("V07 what Helm applies beside the release stands in the plan", () => {
  const hook = (command: string, annotations = "") => `---
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations: { helm.sh/hook: "pre-upgrade,pre-install", helm.sh/hook-weight: "-5", helm.sh/hook-delete-policy: hook-succeeded${annotations} }
spec: { template: { spec: { containers: [{ name: m, command: [${command}] }] } } }
`
  const volume = `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, annotations: { helm.sh/resource-policy: keep } }
`
  const withText = (text: string, crds = "") => {
    const manifest = manifestOf("1.1.0") + text
    return { ...target("1.1.0"), manifest, objects: parseManifests(manifest), crds }
  }
  const change = (changes: readonly ManifestChange[], kind: string) =>
    changes.find((one) => one.kind === kind)

  test("V07 a hook, with events, weight and what it does", () => {
    const plan = planDeployment(facts(), withText(hook("drop, --all")))
    expect(change(plan.changes, "Job")).toMatchObject({
      action: "create",
      hook: { events: ["pre-install", "pre-upgrade"], weight: -5, deletion: ["hook-succeeded"] },
    })
    const markdown = planMarkdown(plan, planHash(plan), plan.changes)
    expect(markdown).toContain(
      "### create Job/migrate (hook: pre-install, pre-upgrade; weight -5; deleted hook-succeeded)",
    )
    expect(markdown).toContain("drop")
  })

  test("V07 a hook that was there before is shown by what it does now that it did not", () => {
    const world = worldOf("1.0.0")
    const revisions = world.revisions.map((one) => ({ ...one, hooks: hook("list") }))
    const current = revisions.at(-1) ?? null
    const plan = planDeployment(facts({ world: { ...world, revisions, current } }), withText(hook("drop")))
    expect(change(plan.changes, "Job")).toMatchObject({ action: "update" })
    expect(change(plan.changes, "Job")?.diff).toEqual(["-            - list", "+            - drop"])
  })

  test("V07 another hook is another plan, also where its diff is cut", () => {
    const long = (last: string) =>
      withText(hook([...[...Array(300).keys()].map((n) => `a${n}`), last].join(", ")))
    const [one, other] = ["x", "y"].map((last) => planDeployment(facts(), long(last)))
    expect(one && planHash(one)).not.toBe(other && planHash(other))
  })

  test("V07 definitions of crds/, and what Helm keeps in the cluster", () => {
    const crd = `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.test }
`
    const plan = planDeployment(facts(), withText(volume, crd))
    expect(change(plan.changes, "CustomResourceDefinition")).toMatchObject({
      action: "create",
      definition: true,
    })
    expect(change(plan.changes, "PersistentVolumeClaim")).toMatchObject({ action: "create", keep: true })
    const world = worldOf("1.0.0")
    const revisions = world.revisions.map((one) => ({ ...one, manifest: one.manifest + volume }))
    const current = revisions.at(-1) ?? null
    const later = planDeployment(facts({ world: { ...world, revisions, current } }), target("1.1.0"))
    expect(planMarkdown(later, planHash(later), later.changes)).toContain(
      "### delete PersistentVolumeClaim/data (stays in the cluster: helm.sh/resource-policy: keep)",
    )
  })

  test("sibling of V07: a pod of helm test is no part of a deployment, and moves no hash", () => {
    const test = (name: string) =>
      withText(
        `---\napiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, annotations: { helm.sh/hook: test } }\n`,
      )
    const [one, other] = ["a", "b"].map((name) => planDeployment(facts(), test(name)))
    expect(one && planHash(one)).toBe(other && planHash(other))
    expect(change(one?.changes ?? [], "Pod")).toBeUndefined()
  })
})
