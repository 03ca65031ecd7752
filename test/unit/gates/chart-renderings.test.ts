/** What the gate `charts` says of a chart, on what the real helm renders. */
import { execFileSync } from "node:child_process"
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { KnownSecrets } from "../../../src/chart/index.ts"
import { sha256, type ToolFinding } from "../../../src/domain/index.ts"
import { judgeChart, storedReports } from "../../../src/gates/charts/decide.ts"
import { linksIn } from "../../../src/gates/charts/links.ts"
import { readChart } from "../../../src/gates/charts/read.ts"
import { linkFindings } from "../../../src/gates/charts/read-links.ts"
import { recorded } from "./recorded.ts"

const place = { path: "deploy/chart" }
const images = { web: sha256("web") }

const safe =
  "{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }"
const pod = "{ runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: RuntimeDefault } }"

const deployment = (image = `web@${images.web}`) => `---
# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    spec:
      securityContext: ${pod}
      containers:
        - { name: web, image: "${image}", resources: { limits: { memory: 64Mi } }, securityContext: ${safe} }
`
const service = (component = "web") => `---
# Source: shop/templates/web.yaml
apiVersion: v1
kind: Service
metadata: { name: web, labels: { app.kubernetes.io/instance: shop, app.kubernetes.io/component: ${component} } }
spec: { ports: [{ name: http, port: 80 }] }
`
const good = deployment() + service()

function reportsOf(install: string, upgrade: string, again = upgrade): Record<string, string> {
  const step = (name: string, stdout: string) => ({
    [`staging/${name}/stdout.txt`]: stdout,
    [`staging/${name}/stderr.txt`]: "",
    [`staging/${name}/run.json`]: '{"exitCode":0}',
  })
  const valid = recorded("kubeconform/valid.stdout")
  return {
    ...step("lint", recorded("helm/lint-ok.stdout")),
    ...{ ...step("template", install), ...step("schema", valid) },
    ...{ ...step("upgrade", upgrade), ...step("upgrade-schema", valid), ...step("again", again) },
  }
}

function judged(install: string, upgrade = install, access: string | null = "web"): readonly ToolFinding[] {
  const reading = readChart({ environment: "staging", reports: reportsOf(install, upgrade) }, place)
  const expected = { namespace: "shop", release: "shop", access }
  return judgeChart(reading, expected, { place, images }, new KnownSecrets())
}

const rules = (findings: readonly ToolFinding[]) => findings.map(({ rule }) => rule)

test("a chart that keeps to the rules has no finding", () => {
  expect(judged(good)).toEqual([])
})

describe("V07 what an upgrade renders is judged as well", () => {
  const evil = `---
# Source: shop/templates/evil.yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: evil }
spec: { template: { spec: { hostPID: true, containers: [{ name: e, image: "evil:latest", securityContext: { privileged: true } }] } } }
`
  test("V07 an object that only an upgrade has is judged by the policy, and told as such", () => {
    const found = judged(good, good + evil)
    expect(rules(found)).toEqual(expect.arrayContaining(["policy-privileged", "policy-host-namespace"]))
    expect(found.every(({ message }) => message.endsWith("(only in an upgrade)"))).toBe(true)
    expect(rules(judged(good + evil))).toEqual(rules(found))
  })

  test("V07 an upgrade that does not render is a finding", () => {
    const reports = {
      ...reportsOf(good, ""),
      "staging/upgrade/run.json": '{"exitCode":1}',
      "staging/upgrade/stderr.txt": recorded("helm/template-error.stderr"),
    }
    const reading = readChart({ environment: "staging", reports }, place)
    const expected = { namespace: "shop", release: "shop", access: "web" }
    expect(rules(judgeChart(reading, expected, { place, images }, new KnownSecrets()))).toEqual([
      "template-error",
    ])
  })

  test("sibling of V07: an upgrade that nothing was heard of is no pass", () => {
    const { "staging/upgrade/run.json": _lost, ...reports } = reportsOf(good, good)
    expect(() => readChart({ environment: "staging", reports }, place)).toThrow(/run.json of upgrade/)
  })

  test("sibling of V07: no secret of an upgrade's manifests is stored", () => {
    const secret = `---
apiVersion: v1
kind: Secret
metadata: { name: a }
stringData: { x: hunter2-of-the-shop }
`
    expect(
      JSON.stringify(storedReports("staging", reportsOf(good, secret), new KnownSecrets())),
    ).not.toContain("hunter2")
  })

  test("sibling of V07: a hook's pod is judged as any other", () => {
    const hook = evil.replace(
      "metadata: { name: evil }",
      "metadata: { name: evil, annotations: { helm.sh/hook: pre-upgrade } }",
    )
    expect(rules(judged(good + hook))).toContain("policy-privileged")
  })
})

describe("X3 a name that is another one each time", () => {
  const grpcTest = (name: string) => `---
# Source: shop/templates/tests/grpc.yaml
apiVersion: v1
kind: Pod
metadata: { name: shop-grpc-test-${name}, annotations: { helm.sh/hook: test } }
spec: { containers: [{ name: t, image: "t:1" }] }
`
  test("X3 gives the same subject each time, and the pod is named as one of helm test", () => {
    const first = judged(good + grpcTest("wfa8s"), good + grpcTest("d7fne"))
    const second = judged(good + grpcTest("q1q1q"), good + grpcTest("zzzzz"))
    expect(first.map(({ subject }) => subject)).toEqual(second.map(({ subject }) => subject))
    expect(first.map(({ subject }) => subject)).toContain("Pod/*/t")
    expect(first[0]?.message).toContain("(a pod of helm test)")
  })

  test("sibling of X3: the same for a random name of a part of the release, and for an env entry's subject", () => {
    const job = (name: string) =>
      `---\n# Source: shop/templates/job.yaml\napiVersion: batch/v1\nkind: Job\nmetadata: { name: migrate-${name} }\nspec: { template: { spec: { containers: [{ name: m, env: [{ name: DB_PASSWORD, value: x1 }] }] } } }\n`
    const subjects = judged(good + job("a1"), good + job("b2")).map(({ subject }) => subject)
    expect(subjects).toContain("Job.batch/*:env.DB_PASSWORD")
    expect(subjects.join()).not.toMatch(/migrate-/)
  })

  test("X3 a name that stays is its subject's", () => {
    expect(judged(good + grpcTest("a")).map(({ subject }) => subject)).toContain("Pod/shop-grpc-test-a/t")
  })
})

describe("what is another one in each rendering", () => {
  const judgedAgain = (upgrade: string, again: string) => {
    const reading = readChart({ environment: "staging", reports: reportsOf(good, upgrade, again) }, place)
    const expected = { namespace: "shop", release: "shop", access: "web" }
    return judgeChart(reading, expected, { place, images }, new KnownSecrets())
  }
  const map = (name: string, value: string, annotations = "{}") =>
    `---\n# Source: shop/templates/map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, annotations: ${annotations} }\ndata: { a: ${value} }\n`

  test("sibling of C27: is found before a version is spent: a value, a name, a hook", () => {
    const hook = "{ helm.sh/hook: pre-upgrade }"
    for (const [one, other] of [
      [map("a", "x1"), map("a", "x2")],
      [map("a1", "x"), map("a2", "x")],
      [map("a", "x1", hook), map("a", "x2", hook)],
    ] as const)
      expect(judgedAgain(good + one, good + other)).toContainEqual(
        expect.objectContaining({
          rule: "render-random",
          location: { file: "deploy/chart/templates/map.yaml" },
          subject: "ConfigMap",
        }),
      )
    const ofTest = "{ helm.sh/hook: test }"
    expect(judgedAgain(good + map("a", "x1", ofTest), good + map("a", "x2", ofTest))).toEqual([])
  })

  test("sibling of X3: a random name that only an upgrade has", () => {
    const pod = (name: string) =>
      `---\n# Source: shop/templates/pod.yaml\napiVersion: v1\nkind: Pod\nmetadata: { name: evil-${name} }\nspec: { hostPID: true, containers: [] }\n`
    expect(judgedAgain(good + pod("a"), good + pod("b")).map(({ subject }) => subject)).toEqual([
      "Pod/*",
      "Pod",
    ])
  })
})

describe("what a deployment would refuse, or fail by", () => {
  test("C07 a component whose digest is in no manifest", () => {
    expect(judged(deployment(`web@${sha256("of 1.0.0")}`) + service())).toMatchObject([
      { rule: "image-unused", subject: "web", fix: expect.stringContaining(".Values.components.web.image") },
    ])
  })

  test("C06 no Service for the component that access names", () => {
    expect(judged(deployment() + service("other"))).toMatchObject([
      { rule: "access-service", message: "there is no Service for component web in the rendered chart" },
    ])
    expect(judged(deployment() + service("other"), undefined, null)).toEqual([])
  })

  test("C27 a symbolic link inside the chart", async () => {
    const chart = await mkdtemp(join(tmpdir(), "signalbox-links-"))
    try {
      await mkdir(join(chart, "templates"))
      await writeFile(join(chart, "Chart.yaml"), "")
      await symlink("../../extra.yaml", join(chart, "templates/extra.yaml"))
      const program = new URL("../../../src/gates/charts/links.ts", import.meta.url).pathname
      const printed = execFileSync(process.execPath, [program, chart], { encoding: "utf8" })
      expect(printed).toBe("templates/extra.yaml\n")
      expect(linkFindings(printed, place)).toMatchObject([
        { rule: "chart-link", location: { file: "deploy/chart/templates/extra.yaml" } },
      ])
      await rm(join(chart, "templates/extra.yaml"))
      expect(linksIn(chart)).toEqual([])
    } finally {
      await rm(chart, { recursive: true, force: true })
    }
  })
})
