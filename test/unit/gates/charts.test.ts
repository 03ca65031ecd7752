import { describe, expect, test } from "vitest"
import { type ChartPlace, chartFile, KnownSecrets, secretsIn } from "../../../src/chart/index.ts"
import { judgeChart as decide, storedReports } from "../../../src/gates/charts/decide.ts"
import { readChart } from "../../../src/gates/charts/read.ts"
import { readHelmLint, readTemplateError } from "../../../src/gates/charts/read-helm.ts"
import { readKubeconform } from "../../../src/gates/charts/read-kubeconform.ts"
import { recorded } from "./recorded.ts"

/** What the gate does with what its tools left of an environment. */
const judgeChart = (
  environment: string,
  reports: Readonly<Record<string, string>>,
  place: ChartPlace,
  secrets: KnownSecrets,
) => {
  const expected = { namespace: "shop", release: "shop", access: null }
  const read = readChart({ environment, reports: withUpgrade(environment, reports) }, place)
  return { findings: decide(read, expected, { place, images: {} }, secrets) }
}

/** An upgrade that renders as the installation did, where a test says nothing of it. */
function withUpgrade(environment: string, reports: Readonly<Record<string, string>>) {
  const same = Object.entries(reports).flatMap(([path, text]) => {
    const [, step, file] = path.split("/")
    const other = step === "template" ? "upgrade" : step === "schema" ? "upgrade-schema" : undefined
    if (other === undefined) return []
    const again = step === "template" ? [[`${environment}/again/${file}`, text]] : []
    return [[`${environment}/${other}/${file}`, text], ...again]
  })
  return { ...Object.fromEntries(same), ...reports }
}

const lint = (name: string, exitCode: number, stderr = "") =>
  readHelmLint(recorded(`helm/${name}.stdout`), stderr, exitCode, { path: "charts/app" })
const schema = (name: string) =>
  readKubeconform(recorded(`kubeconform/${name}.stdout`), (kind) => `${kind}.yaml`)

describe("helm lint", () => {
  test("clean, and a hint that refuses nothing", () => {
    expect(lint("lint-ok", 0)).toEqual([])
    expect(lint("lint-info", 0)).toMatchObject([
      { severity: "info", location: { file: "charts/app/Chart.yaml" } },
    ])
  })

  test("a template that does not parse is found at its line", () => {
    expect(lint("lint-parse-error", 1)).toMatchObject([
      { severity: "high", location: { file: "charts/app/templates/configmap.yaml", line: 7 } },
    ])
  })

  test("a warning refuses", () => {
    expect(lint("lint-warning", 1)).toMatchObject([{ rule: "helm-lint-warning", severity: "high" }])
  })

  test("a chart that is not there is no finding", () => {
    expect(() => lint("lint-no-chart", 1)).toThrow(/OUTPUT_UNREADABLE/)
    expect(() => readHelmLint("", "", 0, { path: "b" })).toThrow(/OUTPUT_UNREADABLE/)
  })
})

test("a file is called by the chart's name, not by its directory", () => {
  expect(chartFile("shop/templates/pod.yaml", { path: "deploy/chart" })).toBe(
    "deploy/chart/templates/pod.yaml",
  )
})

describe("helm template", () => {
  test("what stops it is found at its line", () => {
    expect(readTemplateError(recorded("helm/template-error.stderr"), { path: "charts/app" })).toMatchObject({
      rule: "template-error",
      location: { file: "charts/app/templates/configmap.yaml", line: 6, column: 15 },
    })
  })

  test("silence is unreadable", () => {
    expect(() => readTemplateError("", { path: "b" })).toThrow(/OUTPUT_UNREADABLE/)
  })
})

describe("kubeconform", () => {
  test("valid objects are counted", () => {
    expect(schema("valid")).toEqual({ findings: [], objects: 2 })
  })

  test("a wrong type and an unknown field are findings that say where", () => {
    expect(schema("invalid").findings).toMatchObject([
      {
        rule: "schema-invalid",
        message: "Deployment/web (apps/v1): at '/spec/replicas': got string, want null or integer",
      },
    ])
    expect(schema("unknown-field").findings[0]?.message).toContain(
      "additional properties 'replica' not allowed",
    )
  })

  test("a kind without a schema was checked by nobody: a finding", () => {
    expect(schema("no-schema").findings).toMatchObject([{ rule: "schema-missing" }])
  })

  test("what is no YAML, or no file, is a finding", () => {
    expect(schema("no-yaml").findings).toMatchObject([{ rule: "manifest-unreadable" }])
    expect(schema("missing-file").findings).toMatchObject([{ rule: "manifest-unreadable" }])
  })

  test("bad objects that are counted and not named are no clean answer", () => {
    const said = { resources: [], summary: { valid: 1, invalid: 1, errors: 0, skipped: 0 } }
    expect(() => readKubeconform(JSON.stringify(said), () => "a.yaml")).toThrow(
      /counts 1 bad objects and names 0/,
    )
  })

  test("no object at all is unreadable", () => {
    expect(() => schema("empty")).toThrow(/it saw no object/)
  })
})

describe("what the rendered objects say", () => {
  const budget = (rule: string) => `---
# Source: shop/templates/budget.yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { ${rule}, selector: { matchLabels: { app: web } } }
---
# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web }
spec: { replicas: 2, template: { metadata: { labels: { app: web } } } }
`
  const judged = (manifests: string) =>
    judgeChart(
      "staging",
      {
        "staging/lint/stdout.txt": recorded("helm/lint-ok.stdout"),
        "staging/lint/run.json": '{"exitCode":0}',
        "staging/template/stdout.txt": manifests,
        "staging/template/run.json": '{"exitCode":0}',
        "staging/schema/stdout.txt": recorded("kubeconform/valid.stdout"),
        "staging/schema/run.json": '{"exitCode":0}',
      },
      { path: "deploy/chart" },
      new KnownSecrets(),
    ).findings.map(({ rule, location }) => [rule, location?.file])

  test("a budget that blocks every drain is found in its template", () => {
    expect(judged(budget("minAvailable: 2"))).toEqual([
      ["budget-blocks-drains", "deploy/chart/templates/budget.yaml"],
    ])
  })

  test("one that lets a pod go is none", () => {
    expect(judged(budget("minAvailable: 1"))).toEqual([])
  })

  test("a filled Secret is found in its template", () => {
    const secret =
      "---\n# Source: shop/templates/secret.yaml\napiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData: { x: y }\n"
    expect(judged(secret)).toEqual([["secret-rendered", "deploy/chart/templates/secret.yaml"]])
  })
})

test("an environment whose chart does not render has that finding, not a schema error", () => {
  const reports = {
    "staging/lint/stdout.txt": recorded("helm/lint-error.stdout"),
    "staging/lint/run.json": '{"exitCode":0}',
    "staging/template/stderr.txt": recorded("helm/template-error.stderr"),
    "staging/template/run.json": '{"exitCode":1}',
  }
  const { findings } = judgeChart("staging", reports, { path: "charts/app" }, new KnownSecrets())
  expect(findings.map(({ rule }) => rule)).toEqual(["template-error"])
})

describe("X11 what the gate keeps and says", () => {
  const rendered =
    "---\n# Source: shop/templates/secret.yaml\napiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData: { x: hunter2-of-the-shop }\n"
  const reports = {
    "staging/template/stdout.txt": rendered,
    "staging/schema/stdout.txt": `at '/stringData/x': 'hunter2-of-the-shop' does not match pattern '^[0-9]*$'`,
  }

  test("of a rendered Secret holds its keys and no value, in what was rendered and in what tools quote", () => {
    const kept = storedReports("staging", reports, new KnownSecrets())
    expect(kept["staging/template/stdout.txt"]).toMatch(
      /# Source: shop\/templates\/secret.yaml\n[\s\S]*x: \(secret\)/,
    )
    expect(kept["staging/schema/stdout.txt"]).toContain("'(secret)' does not match")
    expect(JSON.stringify(kept)).not.toContain("hunter2")
  })

  test("of what cannot be read as manifests is nothing", () => {
    const damaged = { "staging/template/stdout.txt": `a: [\n${rendered}` }
    expect(JSON.stringify(storedReports("staging", damaged, new KnownSecrets()))).not.toContain("hunter2")
  })

  test("of a chart that does not render quotes no secret of its values", () => {
    const secrets = new KnownSecrets()
    secrets.learn(secretsIn([{ kind: "values", body: { db: { password: "hunter2-of-the-shop" } } }]))
    const failed = {
      "staging/lint/stdout.txt": recorded("helm/lint-ok.stdout"),
      "staging/lint/run.json": '{"exitCode":0}',
      "staging/template/stderr.txt":
        "Error: values: at '/db/password': 'hunter2-of-the-shop' does not match pattern\n",
      "staging/template/run.json": '{"exitCode":1}',
    }
    const { findings } = judgeChart("staging", failed, { path: "charts/app" }, secrets)
    expect(findings).toMatchObject([
      { rule: "template-error", message: expect.stringContaining("'(secret)'") },
    ])
    expect(JSON.stringify(findings)).not.toContain("hunter2")
  })
})

describe("a custom resource whose schema is nowhere", () => {
  const place = { path: "charts/app" }
  const object = "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { name: web }\n"
  const answer = {
    resources: [
      {
        ...{ filename: "stdin", kind: "ServiceMonitor", name: "web", version: "monitoring.coreos.com/v1" },
        ...{ status: "statusError", msg: "could not find schema for ServiceMonitor" },
      },
    ],
    summary: { valid: 0, invalid: 0, errors: 1, skipped: 0 },
  }
  const ran = { "stdout.txt": "", "stderr.txt": "", "run.json": '{"exitCode":0}' }
  const step = (name: string, stdout: string) =>
    Object.entries({ ...ran, "stdout.txt": stdout }).map(([file, text]) => [`staging/${name}/${file}`, text])
  const reports = Object.fromEntries(
    [
      step("lint", recorded("helm/lint-ok.stdout")),
      ...["template", "upgrade", "again"].map((name) => step(name, object)),
      ...["schema", "upgrade-schema"].map((name) => step(name, JSON.stringify(answer))),
    ].flat(),
  )
  const found = (accepted: { apiVersion: string; kind: string; reason: string }[]) => {
    const reading = readChart({ environment: "staging", reports }, place)
    const expected = { namespace: "shop", release: "shop", access: null }
    return decide(reading, expected, { place, images: {}, accepted }, new KnownSecrets())
  }
  const accepted = {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    reason: "the operator's chart has it",
  }

  test("R11 is a finding with its cure: its definition, or the kind accepted with a reason", () => {
    const [finding, ...others] = found([]).filter(({ rule }) => rule.startsWith("schema"))
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      rule: "schema-missing",
      severity: "high",
      location: { file: expect.any(String) },
    })
    expect(finding?.fix).toMatch(/crds\/.*gates\.charts\.accepted/)
    expect(finding).not.toHaveProperty("kind")
  })

  test("R11 refuses nothing where its kind is accepted, and the report says that it was not checked, and why", () => {
    expect(found([accepted]).filter(({ rule }) => rule.startsWith("schema"))).toMatchObject([
      {
        rule: "schema-accepted",
        severity: "info",
        message: expect.stringMatching(/could not find schema.*the operator's chart/),
      },
    ])
  })

  test("of another version or group is not accepted with it", () => {
    const other = { ...accepted, apiVersion: "monitoring.example.com/v1" }
    expect(found([other]).map(({ rule }) => rule)).toContain("schema-missing")
  })
})
