import { describe, expect, test } from "vitest"
import { manifestsDigest, parseManifests } from "../../../src/chart/index.ts"
import {
  type DeploymentFacts,
  planDeployment,
  planMarkdown,
  planRollback,
  shownChanges,
} from "../../../src/deploy/plan/index.ts"
import { emptyLedger } from "../../../src/deploy/state/index.ts"
import type { World } from "../../../src/deploy/world/index.ts"
import { type LedgerEntry, type Plan, planHash, sha256 } from "../../../src/domain/index.ts"
import { facts, ledgerOf, proof, target, worldOf } from "./support/plan-facts.ts"
import { history } from "./support/sets.ts"

const markdownOf = (plan: Plan) => planMarkdown(plan, planHash(plan), plan.changes)
const hash = (given: DeploymentFacts, to = target("1.1.0")) => planHash(planDeployment(given, to))

describe("the hash that is approved", () => {
  test("is the same for the same facts, whoever asks and whenever", () => {
    const other = facts()
    const asked = {
      ...other.request,
      holder: { who: "ben", id: "2" },
      operation: "op-9",
      date: "2026-02-02T00:00:00Z",
    }
    expect(hash({ ...other, request: asked })).toBe(hash(facts()))
  })

  test.each<[string, DeploymentFacts, ReturnType<typeof target>]>([
    ["another record", facts(), target("1.1.0", { record: sha256("other") })],
    ["other values", facts(), target("1.1.0", { values: sha256("other") })],
    ["other manifests", facts(), target("1.2.0")],
    ["another cluster", facts({ cluster: "uid-2" }), target("1.1.0")],
    ["a world that has moved", facts({ world: worldOf("1.0.0", "1.0.5") }), target("1.1.0")],
    ["other steps", facts({}, { load: { profile: "smoke", scale: 1 } }), target("1.1.0")],
    ["another time limit", facts({}, { timeouts: { rollout: "1m" } }), target("1.1.0")],
    [
      "a lower bar",
      facts({ proof: { ...proof, objectives: { ...proof.objectives, errorRate: 1 } } }),
      target("1.1.0"),
    ],
    [
      "nothing to go back to",
      facts({ world: { ...worldOf("1.0.0"), ledger: emptyLedger("staging") } }),
      target("1.1.0"),
    ],
  ])("changes with %s", (_name, given, to) => {
    expect(hash(given, to)).not.toBe(hash(facts()))
  })
})

test("X11 another value of a Secret is another plan, and neither hash nor text tells the value", () => {
  const withSecret = (password: string) => {
    const manifest = `apiVersion: v1\nkind: Secret\nmetadata: { name: db }\nstringData: { password: ${password} }\n`
    const objects = parseManifests(manifest)
    return { ...target("1.1.0", { manifests: manifestsDigest(objects) }), manifest, objects }
  }
  const [one, other] = ["hunter2-of-the-shop", "another-of-them"].map((password) =>
    planDeployment(facts(), withSecret(password)),
  ) as [Plan, Plan]
  expect(planHash(one)).not.toBe(planHash(other))
  expect(one.changes).toEqual(other.changes)
  for (const plan of [one, other])
    expect(markdownOf(plan) + JSON.stringify(plan)).not.toMatch(/hunter2|another-of/)
  expect(markdownOf(one)).toContain("+  password: (secret)")
})

describe("a plan", () => {
  test("names what runs, what comes, where a failure goes back to, and what changes", () => {
    const plan = planDeployment(facts(), target("1.1.0"))
    expect(plan).toMatchObject({ baseRevision: 1, warnings: [] })
    expect([plan.current, plan.target, plan.fallback].map((set) => set?.version)).toEqual([
      "1.0.0",
      "1.1.0",
      "1.0.0",
    ])
    expect(plan.changes).toMatchObject([
      { action: "update", kind: "Deployment", name: "web" },
      { action: "unchanged", kind: "Service", name: "web" },
    ])
    expect(plan.changes[0]?.diff).toHaveLength(2)
    const markdown = markdownOf(plan)
    expect(markdown).toContain(planHash(plan))
    expect(markdown).toContain(`smoke.yaml of the release, \`${sha256("smoke.yaml")}\``)
    expect(markdown).toContain(`10 users for 60 s, ramp-up 5 s, load.js \`${sha256("load.js")}\``)
    expect(markdown).toContain("at most 0.01 of requests failed, p95 500 ms; at least 0.999 of checks held")
    expect(markdown).toContain(`web: \`${sha256("1.1.0")}\` (was \`${sha256("1.0.0")}\`)`)
  })

  test("is shown with the lines round each change, which are no part of it", () => {
    const [given, to] = [facts(), target("1.1.0")]
    const plan = planDeployment(given, to)
    const markdown = planMarkdown(plan, planHash(plan), shownChanges(given.world, to))
    expect(markdown).toContain(
      [
        ...["```diff", "@@ spec.template.spec.containers[web] @@", "   template:", "     spec:"],
        ...["       containers:", `-        - image: web@${sha256("1.0.0")}`],
        ...[`+        - image: web@${sha256("1.1.0")}`, "           name: web", "```"],
      ].join("\n"),
    )
    expect(JSON.stringify(plan)).not.toContain("@@ spec")
  })

  test("warns of what a person should know before approving", () => {
    const warnings = (more: Partial<DeploymentFacts>, environment = {}) =>
      planDeployment(facts(more, environment), target("1.1.0")).warnings.join("\n")
    const stranger = { ...worldOf("1.0.0"), ledger: emptyLedger("staging") }
    expect(warnings({ world: stranger })).toMatch(
      /revision 1 was not deployed by Signalbox[\s\S]*no verified release/,
    )
    const empty: World = { ...stranger, ...history([]) }
    expect(warnings({ world: empty })).toMatch(/^first deployment: no verified release/)
    expect(warnings({ interrupted: "op-7" })).toMatch(/operation op-7 was interrupted/)
    expect(warnings({ canLoad: false }, { load: { profile: "smoke" } })).toMatch(
      /load profile smoke is not run/,
    )
  })

  test("sibling of V31: what was added by hand stands in the plan, and its approval covers it", () => {
    const served = {
      digests: {},
      changed: [],
      added: ["Deployment/web has DEBUG in web", "Deployment/old has X in y"],
    }
    const given = facts({ world: { ...worldOf("1.0.0"), served } })
    expect(planDeployment(given, target("1.1.0")).warnings).toContain(
      "Deployment/web has DEBUG in web, which its manifest did not set: it stays there, unless this release sets it",
    )
    expect(planDeployment(given, target("1.1.0")).warnings.join()).not.toContain("Deployment/old")
    expect(hash(given)).not.toBe(hash(facts()))
  })

  test("of a rollback goes to the verified set by Helm's revision, or by what was kept", () => {
    const entry = ledgerOf("1.0.0", "1.1.0").entries[0] as LedgerEntry
    const there = planRollback(facts({ world: worldOf("1.0.0", "1.1.0") }), entry)
    expect(there).toMatchObject({ kind: "rollback", fallback: null, target: { version: "1.0.0" } })
    expect(there.steps.map((step) => step.id)).toEqual(["roll-out", "smoke", "verify"])
    expect(there.proof).toBeNull()
    expect(markdownOf(there)).toContain("the smoke test that verified it before")
    expect(there.steps[0]?.title).toBe("back to 1.0.0, Helm revision 1")
    const world = worldOf("1.0.0", "1.1.0")
    const gone = planRollback(facts({ world: { ...world, ...history(world.revisions.slice(1)) } }), entry)
    expect(gone.steps[0]?.title).toBe("back to 1.0.0 from its kept chart and values")
  })
})
