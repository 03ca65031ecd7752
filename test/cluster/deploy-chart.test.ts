import { spawnSync } from "node:child_process"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { stringify } from "yaml"
import { checkPolicy, type ManifestObject, parseManifests } from "../../src/chart/index.ts"
import { sha256 } from "../../src/domain/index.ts"
import { TestEnvironment } from "./deploy-support/environment.ts"
import { toolPath } from "./deploy-support/tools.ts"

const chart = new URL("../../charts/signalbox-app", import.meta.url).pathname
const image = { repository: "registry.example/web", digest: sha256("web") }

function helm(values: object): { ok: boolean; text: string } {
  const result = spawnSync("helm", ["template", "app", chart, "--namespace", "ns", "--values", "-"], {
    input: stringify(values),
    encoding: "utf8",
    env: { PATH: toolPath, HOME: "/nonexistent" },
  })
  return { ok: result.status === 0, text: result.status === 0 ? result.stdout : result.stderr }
}

function render(web: object, global: object = { version: "1.0.0+build.5" }): readonly ManifestObject[] {
  const { ok, text } = helm({ global, components: { web: { image, ...web } } })
  if (!ok) throw new Error(text)
  return parseManifests(text)
}

const kinds = (objects: readonly ManifestObject[]) => objects.map((object) => object.kind).sort()
const body = (objects: readonly ManifestObject[], kind: string) =>
  JSON.stringify(objects.find((object) => object.kind === kind)?.body ?? null)

describe("the chart that an application gets", () => {
  test("renders a hardened Deployment, a Service and a disruption budget, without a finding", () => {
    const objects = render({})
    expect(kinds(objects)).toEqual(["Deployment", "PodDisruptionBudget", "Service"])
    expect(checkPolicy(objects, () => "chart")).toEqual([])
    const deployment = body(objects, "Deployment")
    expect(deployment).toContain(`registry.example/web@${image.digest}`)
    expect(deployment).toContain('"app.kubernetes.io/version":"1.0.0_build.5"')
    expect(deployment).toContain('"name":"APP_VERSION","value":"1.0.0+build.5"')
    expect(deployment).toContain('"rollingUpdate":{"maxUnavailable":0,"maxSurge":1}')
  })

  test("serves on port 80 what the container has on its own port", () => {
    const objects = render({ port: 8081 })
    expect(body(objects, "Service")).toContain('"ports":[{"name":"http","port":80,"targetPort":"http"')
    expect(body(objects, "Deployment")).toContain('"ports":[{"name":"http","containerPort":8081')
  })

  test("one replica has no disruption budget: it would block every drain", () => {
    expect(kinds(render({ replicas: 1 }))).toEqual(["Deployment", "Service"])
    expect(kinds(render({ autoscaling: { minReplicas: 1, maxReplicas: 3, cpu: 70 } }))).not.toContain(
      "PodDisruptionBudget",
    )
  })

  test("with an autoscaler the Deployment has no replicas, or each upgrade would reset them", () => {
    const objects = render({ autoscaling: { minReplicas: 3, maxReplicas: 10, cpu: 70, memory: 80 } })
    expect(body(objects, "Deployment")).not.toContain('"replicas"')
    expect(body(objects, "HorizontalPodAutoscaler")).toMatch(/"minReplicas":3,"maxReplicas":10/)
  })

  test("secrets by reference, environment by template, ingress with TLS", () => {
    const objects = render({
      env: { API: "http://{{ .Release.Name }}-api:5000", LIMIT: 5 },
      secretEnv: { DB_PASSWORD: { name: "db", key: "password" } },
      ingress: { host: "app.example.com", tlsSecret: "app-tls", annotations: { a: "b" } },
    })
    const deployment = body(objects, "Deployment")
    expect(deployment).toContain('{"name":"API","value":"http://app-api:5000"}')
    expect(deployment).toContain('{"name":"LIMIT","value":"5"}')
    expect(deployment).toContain(
      '{"name":"DB_PASSWORD","valueFrom":{"secretKeyRef":{"name":"db","key":"password"}}}',
    )
    expect(body(objects, "Ingress")).toMatch(
      /"secretName":"app-tls"[\s\S]*"name":"web","port":\{"name":"http"\}/,
    )
  })

  test("C01 a large number reaches the container as it was written", () => {
    const env = { UPLOAD_LIMIT_BYTES: 10485760, RETENTION_MS: 86400000, SMALL: 999999, RATE: 1234567.89 }
    const deployment = body(render({ env }), "Deployment")
    for (const [name, value] of Object.entries(env))
      expect(deployment).toContain(JSON.stringify({ name, value: String(value) }))
  })

  test("is the same every time", () => {
    expect(render({ replicas: 3 })).toEqual(render({ replicas: 3 }))
  })

  test.each([
    ["no components", { components: {} }, /components/],
    ["no image", { components: { web: {} } }, /image/],
    ["an image by tag", { components: { web: { image: { repository: "r", digest: "latest" } } } }, /digest/],
    ["an unknown key", { components: { web: { image, replica: 2 } } }, /replica/],
    ["an unknown key at the top", { components: { web: { image } }, web: { replicas: 3 } }, /web/],
    ["C01 a number that no program gets", { components: { web: { image, env: { A: 1e17 } } } }, /env\/A/],
    ["root", { components: { web: { image, user: 0 } } }, /user/],
    [
      "an autoscaler with max below min",
      { components: { web: { image, autoscaling: { minReplicas: 5, maxReplicas: 2, cpu: 70 } } } },
      /maxReplicas 2 is below minReplicas 5/,
    ],
  ])("refuses %s", (_name, values, why) => {
    const { ok, text } = helm(values)
    expect([ok, text]).toEqual([false, expect.stringMatching(why)])
  })
})

describe("a real API server", () => {
  let env: TestEnvironment
  beforeAll(async () => {
    env = await TestEnvironment.create("chart")
  })
  afterAll(() => env.remove())

  test("accepts everything that the chart can render, without a warning", async () => {
    const everything = helm({
      components: {
        web: {
          image,
          autoscaling: { minReplicas: 2, maxReplicas: 3, cpu: 70, memory: 80 },
          ingress: { className: "nginx", host: "app.example.com", path: "/", tlsSecret: "app-tls" },
          secretEnv: { A: { name: "s", key: "k" } },
        },
        api: { image, port: 5000, drainSeconds: 0, tempDirs: [] },
      },
    })
    const seen = await env.kubectl(
      ["apply", "--dry-run=server", "--output", "name", "--filename", "-"],
      everything.text,
    )
    expect(seen.trim().split("\n").sort()).toEqual([
      "deployment.apps/api",
      "deployment.apps/web",
      "horizontalpodautoscaler.autoscaling/web",
      "ingress.networking.k8s.io/web",
      "poddisruptionbudget.policy/api",
      "poddisruptionbudget.policy/web",
      "service/api",
      "service/web",
    ])
  })
})
