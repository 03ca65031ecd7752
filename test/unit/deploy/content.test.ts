/** The rules of the gate are asked again of what is applied, with the waivers of the release record. */
import { describe, expect, test } from "vitest"
import { parseManifests } from "../../../src/chart/index.ts"
import { contentRefusals, planDeployment, type Target } from "../../../src/deploy/plan/index.ts"
import { driverRequest } from "../../../src/deploy/request.ts"
import {
  type Finding,
  fingerprint,
  type GateEvidence,
  sha256,
  type WaiverUse,
} from "../../../src/domain/index.ts"
import { facts } from "./support/plan-facts.ts"
import { manifestOf, setOf, settings } from "./support/sets.ts"

const images = [{ component: "web", repository: "r.example/web", digest: sha256("1.1.0") }]

function request(
  more: { gates?: readonly Partial<GateEvidence>[]; waivers?: readonly WaiverUse[] } & Record<
    string,
    unknown
  > = {},
) {
  const { gates = [], waivers = [], ...rest } = more
  const record = {
    ...{ schemaVersion: 1, project: "test", version: "1.1.0", images },
    chart: { name: "c", version: "1", digest: sha256("chart") },
    ...{ gates, waivers },
  }
  return driverRequest.parse({
    ...{ schemaVersion: 1, project: "test", environment: settings(), components: {}, record },
    ...{ holder: { who: "anna", id: "1" }, operation: "op", date: "2026-03-10T12:00:00Z" },
    ...{ values: ["base.yaml"], sources: { chart: "deploy/chart", values: "deploy/values.yaml" } },
    ...rest,
  })
}

const target = (manifest: string, values: readonly string[] = []): Target => ({
  ...{ set: setOf("1.1.0"), manifest, objects: parseManifests(manifest), crds: "", valueFiles: [] },
  valueTexts: values,
})
const refused = (manifest: string, asked = request(), values: readonly string[] = []) =>
  contentRefusals(target(manifest, values), new Map(), asked)
const whys = (...args: Parameters<typeof refused>) => refused(...args).map(({ detail }) => detail.why ?? "")

const charts = (required = true) => [
  { gate: "charts", verdict: "pass", ...(required ? {} : { required }) } as const,
]
const evil = `---
# Source: shop/templates/evil.yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: evil }
spec: { template: { spec: { hostPID: true, containers: [] } } }
`
const good = `---
# Source: shop/templates/web.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { image: "web@${sha256("1.1.0")}" }
`

describe("V07 the policy is judged again on what is applied", () => {
  test("V07 where the release needed the gate: refused with 16", () => {
    const [first] = refused(good + evil, request({ gates: charts() }))
    expect(first).toMatchObject({ code: "POLICY_REFUSED", exitCode: 16 })
    expect(first?.detail.why).toContain("DaemonSet/evil shares a namespace of the host")
  })

  test("V07 where the environment requires the gate now: refused", () => {
    expect(whys(good + evil, request({ gates: charts(false), requiredGates: ["charts"] }))).toHaveLength(1)
  })

  test("V07 where the gate only warned: the plan warns", () => {
    const asked = request({ gates: charts(false) })
    expect(refused(good + evil, asked)).toEqual([])
    expect(planDeployment({ ...facts(), request: asked }, target(good + evil)).warnings).toContainEqual(
      expect.stringContaining("rules for pods: DaemonSet/evil shares a namespace"),
    )
  })

  test("sibling of V07: a hook's pod as well", () => {
    const hook = evil.replace("{ name: evil }", "{ name: evil, annotations: { helm.sh/hook: pre-upgrade } }")
    expect(whys(good + hook, request({ gates: charts() }))).toHaveLength(1)
  })
})

describe("C13 waivers of the release record", () => {
  const dsn = "https://public:key@o0.ingest.example/1"
  const pod = `---
# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: backend }
spec: { template: { spec: { containers: [{ name: b, image: "web@${sha256("1.1.0")}", env: [{ name: SENTRY_DSN, value: "${dsn}" }] }] } } }
`
  const values = `components: { backend: { env: { SENTRY_DSN: "${dsn}" } } }\n`
  const waiver = (rule: string, file: string, subject: string, expires = "2026-04-01"): WaiverUse => {
    const finding: Finding = {
      gate: "charts",
      rule,
      severity: "high",
      message: "",
      subject,
      location: { file },
    }
    return { id: rule, owner: "ann", reason: "public", expires, fingerprint: fingerprint(finding) }
  }
  const both = (expires?: string) => [
    waiver("secret-in-values", "deploy/values.yaml", "components.backend.env.SENTRY_DSN", expires),
    waiver(
      "secret-rendered",
      "deploy/chart/templates/web.yaml",
      "Deployment.apps/backend:env.SENTRY_DSN",
      expires,
    ),
  ]

  test("C13 count at plan and deploy", () => {
    expect(whys(pod, request(), [values])).toEqual([expect.stringContaining("SENTRY_DSN")])
    expect(whys(pod, request({ waivers: both() }), [values])).toEqual([])
  })

  test("C13 and expire there", () => {
    expect(whys(pod, request({ waivers: both("2026-03-09") }), [values])).toHaveLength(1)
    expect(whys(pod, request({ waivers: both("2026-03-10") }), [values])).toEqual([])
  })

  test("sibling of C13: one of another place counts for nothing", () => {
    const other = [
      waiver(
        "secret-rendered",
        "deploy/chart/templates/other.yaml",
        "Deployment.apps/backend:env.SENTRY_DSN",
      ),
    ]
    expect(whys(pod, request({ waivers: other }))).toHaveLength(1)
  })

  test("sibling of C13: rules for pods, and a component that is deployed nowhere", () => {
    const hostPid = waiver("policy-host-namespace", "deploy/chart/templates/evil.yaml", "DaemonSet/evil")
    expect(whys(good + evil, request({ gates: charts(), waivers: [hostPid] }))).toEqual([])
    const unused = waiver("image-unused", "deploy/chart", "web")
    expect(whys(evil, request({ waivers: [unused] }))).toEqual([])
  })
})

describe("C07 a component's digest that no manifest uses", () => {
  test("C07 refuses the plan, and names component and values path", () => {
    const [first] = refused(manifestOf("1.0.0"))
    expect(first).toMatchObject({ code: "POLICY_REFUSED", exitCode: 16 })
    expect(first?.detail.why).toContain("no manifest names the image of component web")
    expect(first?.detail.next).toContain(".Values.components.web.image")
  })

  test("sibling of C07: a hook that uses it counts, the digest in another name does not", () => {
    expect(
      whys(good.replace("{ name: web }", "{ name: web, annotations: { helm.sh/hook: pre-upgrade } }")),
    ).toEqual([])
    expect(whys(good.replace(sha256("1.1.0"), sha256("1.1.0").slice(0, -1)))).toHaveLength(1)
  })
})

test("sibling of V21: a secret in a ConfigMap refuses the plan with 16, whatever gates say", () => {
  const map = `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: app }\ndata: { db.password: hunter2 }\n`
  const [first] = refused(good + map)
  expect(first).toMatchObject({ exitCode: 16 })
  expect(first?.detail.why).toContain("data.db.password carries a value")
  expect(first?.detail.why).not.toContain("hunter2")
})

test("sibling of C01: a number that changed its form refuses the plan", () => {
  const map = `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: app }\ndata: { LIMIT: "1.048576e+07" }\n`
  expect(whys(good + map)).toEqual([expect.stringContaining("data.LIMIT is written as 1.048576e+07")])
})
