import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { parse } from "yaml"
import {
  budgetFindings,
  chartDigest,
  declaredValuesFile,
  diffManifests,
  injectedValues,
  injectedValuesFile,
  manifestsDigest,
  objectKey,
  parseManifests,
  parseValues,
  readChart,
  scanManifests,
  scanValues,
  startupAllowances,
  startupWarnings,
  templateArguments,
} from "../../../src/chart/index.ts"
import { sha256 } from "../../../src/domain/index.ts"

const service = (name: string, port = 80) =>
  `---\n# Source: app/templates/service.yaml\napiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { ports: [{ port: ${port} }] }\n`

describe("rendered manifests", () => {
  test("are read with their template, empty documents left out", () => {
    const objects = parseManifests(`${service("a")}---\n# only a comment\n---\n${service("b")}`)
    expect(objects.map((object) => [objectKey(object), object.source])).toEqual([
      ["Service/a", "app/templates/service.yaml"],
      ["Service/b", "app/templates/service.yaml"],
    ])
  })

  test("what is no object is an error that names its template", () => {
    expect(() => parseManifests("# Source: app/templates/x.yaml\nkind: Service\n")).toThrow(
      /app\/templates\/x\.yaml/,
    )
    expect(() => parseManifests("a: [")).toThrow(expect.objectContaining({ code: "OUTPUT_UNREADABLE" }))
  })

  test("have one digest whatever their order, comments and style, without hooks", () => {
    const hook = `---\napiVersion: v1\nkind: Pod\nmetadata: { name: t, annotations: { "helm.sh/hook": test } }\n`
    const one = manifestsDigest(parseManifests(service("a") + service("b")))
    const other = parseManifests(
      `${hook}${service("b")}---\nkind: Service\napiVersion: v1\nspec:\n  ports:\n    - port: 80\nmetadata:\n  name: a\n`,
    )
    expect(manifestsDigest(other)).toBe(one)
    expect(manifestsDigest(parseManifests(service("a") + service("b", 81)))).not.toBe(one)
  })
})

describe("the difference between two releases", () => {
  test("says for each object what happens to it, with changed lines only", () => {
    const changes = diffManifests(
      parseManifests(service("gone") + service("same") + service("changed")),
      parseManifests(service("new") + service("same") + service("changed", 81)),
    )
    expect(changes.map(({ action, name }) => [name, action])).toEqual([
      ["changed", "update"],
      ["gone", "delete"],
      ["new", "create"],
      ["same", "unchanged"],
    ])
    expect(changes[0]?.diff).toEqual(["-    - port: 80", "+    - port: 81"])
  })
})

describe("a chart's digest", () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "chart-"))
    await mkdir(join(directory, "templates"))
    await writeFile(join(directory, "Chart.yaml"), "name: app\n")
    await writeFile(join(directory, "templates", "a.yaml"), "a\n")
  })
  afterEach(() => rm(directory, { recursive: true }))

  test("depends on paths and contents, on nothing else", async () => {
    const digest = chartDigest(await readChart(directory))
    expect(chartDigest(new Map([...(await readChart(directory))].reverse()))).toBe(digest)
    await writeFile(join(directory, "templates", "a.yaml"), "b\n")
    expect(chartDigest(await readChart(directory))).not.toBe(digest)
  })

  test("a link out of the chart, or no Chart.yaml, is refused", async () => {
    await symlink("/etc/passwd", join(directory, "templates", "leak"))
    await expect(readChart(directory)).rejects.toThrow(/symbolic link/)
    await rm(join(directory, "templates", "leak"))
    await rm(join(directory, "Chart.yaml"))
    await expect(readChart(directory)).rejects.toMatchObject({ code: "CONFIG_INVALID" })
  })
})

describe("values", () => {
  test("Signalbox adds version and images by digest, in the order of names", () => {
    const image = (component: string) => ({
      component,
      repository: `r/${component}`,
      digest: sha256(component),
    })
    const text = injectedValuesFile(injectedValues("1.0.0", [image("web"), image("api")]))
    expect(text).toBe(
      `global:\n  version: 1.0.0\ncomponents:\n  api:\n    image:\n      repository: r/api\n      digest: ${sha256("api")}\n` +
        `  web:\n    image:\n      repository: r/web\n      digest: ${sha256("web")}\n`,
    )
  })

  test("port, health path and user are those of signalbox.yaml; what it does not say is left to the chart", () => {
    const text = declaredValuesFile({ web: { port: 3000, health: "/", user: 1000 }, worker: {} })
    expect(parse(text)).toEqual({
      declared: {
        web: { port: 3000, health: { liveness: "/", readiness: "/" }, user: 1000 },
        worker: {},
      },
    })
  })

  test("C04 a component whose name YAML 1.1 takes for a switch keeps it", () => {
    const images = ["on", "off", "y"].map((component) => ({
      component,
      repository: "r",
      digest: sha256("r"),
    }))
    const text = injectedValuesFile(injectedValues("1.0.0", images))
    const read = parse(text, { version: "1.1" }) as { components: object }
    expect(Object.keys(read.components)).toEqual(["off", "on", "y"])
  })

  test.each([
    "a: b: password-of-ours",
    "db:\n  password: password-of-ours\n  x: *nowhere",
    "a: [password-of-ours",
  ])("X11 that are no YAML are told by the place, and not quoted: %j", (text) => {
    const read = () => parseValues(text, "values.yaml")
    expect(read).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }))
    expect(read).not.toThrow(/password-of-ours/)
  })

  test("are rendered everywhere by the same arguments", () => {
    const request = { release: "app", namespace: "ns", chart: "chart", values: ["a.yaml", "b.yaml"] }
    expect(templateArguments({ ...request, isUpgrade: true, kubeVersion: "v1.36.3" })).toEqual([
      ...["template", "app", "chart", "--namespace", "ns", "--values", "a.yaml", "--values", "b.yaml"],
      ...["--is-upgrade", "--kube-version", "v1.36.3"],
    ])
  })

  test.each([
    ["a password", { db: { password: "x1" } }, true],
    ["an API key in camel case", { openaiApiKey: "x1" }, true],
    ["an address with a password", { url: "postgres://a:b@db/x" }, true],
    ["a private key under any name", { note: "-----BEGIN RSA PRIVATE KEY-----" }, true],
    ["a secret in a list", { env: [{ token: "x1" }] }, true],
    ["the name of a Secret", { db: { secretName: "db" }, tls: { tlsSecret: "app-tls" } }, false],
    ["a reference", { secretEnv: { PASSWORD: { name: "db", key: "password" } } }, false],
    ["an empty value", { password: "" }, false],
    ["a template expression", { password: "{{ .Values.x }}" }, false],
    ["an ordinary address", { url: "http://backend:5000/api" }, false],
    ["numbers and switches", { tokens: 5, passwordReset: true, maxTokens: "100" }, false],
  ])("%s is found or let through", (_name, values, found) => {
    const findings = scanValues(values, "values.yaml")
    expect(findings.length > 0).toBe(found)
    for (const finding of findings) expect(finding).toMatchObject({ rule: "secret-in-values" })
  })
})

describe("manifests that carry secrets", () => {
  const container = (env: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: web, env: [${env}] }] } } }\n`

  test.each([
    ["a Secret with data", "apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData: { x: y }\n", 1],
    ["a Secret without data", "apiVersion: v1\nkind: Secret\nmetadata: { name: a }\n", 0],
    ["a password in the environment", container("{ name: DB_PASSWORD, value: hunter2 }"), 1],
    [
      "a reference in the environment",
      container("{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: a, key: b } } }"),
      0,
    ],
    ["a placeholder", container("{ name: GREETING, value: CHANGE_ME }"), 1],
    ["a placeholder with a hyphen", container("{ name: GREETING, value: please-change-me }"), 1],
    ["a word that has its letters", container("{ name: TOPIC, value: exchangeMessages }"), 0],
    ["such a word in base64", container(`{ name: TOPIC, value: ${btoa("exchangeMessages")} }`), 0],
    ["a placeholder in base64", container(`{ name: GREETING, value: ${btoa("x CHANGE_ME x")} }`), 1],
  ])("%s", (_name, manifest, count) => {
    const findings = scanManifests(parseManifests(manifest))
    expect(findings).toHaveLength(count)
    expect(JSON.stringify(findings)).not.toContain("hunter2")
  })
})

describe("disruption budgets", () => {
  const workload = (replicas: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: api }\nspec: { ${replicas} template: { metadata: { labels: { app: api, tier: back } } } }\n`
  const budget = (rule: string, app = "api") =>
    `---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: api }\nspec: { ${rule}, selector: { matchLabels: { app: ${app} } } }\n`
  const scaler = `---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: api }\nspec: { minReplicas: 3, scaleTargetRef: { kind: Deployment, name: api } }\n`

  test.each([
    ["as many must stay as there are", workload("replicas: 2,") + budget("minAvailable: 2"), true],
    ["one of one must stay", workload("") + budget("minAvailable: 1"), true],
    ["nothing may go", workload("replicas: 3,") + budget("maxUnavailable: 0"), true],
    ["every percent must stay", workload("replicas: 3,") + budget('minAvailable: "100%"'), true],
    ["one may go", workload("replicas: 2,") + budget("minAvailable: 1"), false],
    ["a share may go", workload("replicas: 2,") + budget('maxUnavailable: "10%"'), false],
    ["the autoscaler's minimum counts", workload("") + scaler + budget("minAvailable: 2"), false],
    [
      "one of two workloads may go",
      `${workload("replicas: 1,")}---\n${workload("replicas: 1,").replace("name: api", "name: api-2")}${budget("minAvailable: 1")}`,
      false,
    ],
    ["nothing runs", workload("replicas: 0,") + budget("minAvailable: 1"), false],
    [
      "pods that no drain moves",
      workload("").replace("Deployment", "DaemonSet") + budget("minAvailable: 1"),
      false,
    ],
    ["pods of somebody else", workload("replicas: 2,") + budget("minAvailable: 2", "other"), false],
  ])("%s", (_name, manifests, blocks) => {
    expect(budgetFindings(parseManifests(manifests)).length > 0).toBe(blocks)
  })
})

describe("start-up allowance against the rollout's limit", () => {
  const deployment = (replicas: number, surge: string, probe: string) =>
    parseManifests(
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: api }\nspec: { replicas: ${replicas}, strategy: { rollingUpdate: { maxSurge: ${surge} } }, template: { spec: { containers: [{ name: api, startupProbe: ${probe} }] } } }\n`,
    )

  test("probe allowance times waves", () => {
    const probe = "{ initialDelaySeconds: 30, periodSeconds: 10, failureThreshold: 30 }"
    expect(startupAllowances(deployment(5, "2", probe))).toEqual([
      { workload: "Deployment/api", perPodSeconds: 330, waves: 3, seconds: 990 },
    ])
    expect(startupAllowances(deployment(4, '"25%"', probe))[0]?.waves).toBe(4)
  })

  test("warns only above the limit", () => {
    const objects = deployment(1, "1", "{ periodSeconds: 10, failureThreshold: 30 }")
    expect(startupWarnings(objects, 300)).toEqual([])
    expect(startupWarnings(objects, 299)).toEqual([expect.stringContaining("may take 300 s to start")])
  })
})
