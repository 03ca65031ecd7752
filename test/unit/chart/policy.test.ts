import { describe, expect, test } from "vitest"
import { checkPolicy, parseManifests } from "../../../src/chart/index.ts"

const digest = `sha256:${"a".repeat(64)}`

const deployment = (container: object = {}, pod: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    template: {
      spec: {
        securityContext: { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: "RuntimeDefault" } },
        ...pod,
        containers: [
          {
            name: "web",
            image: `registry.example/app/web@${digest}`,
            resources: { limits: { memory: "64Mi" } },
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
            ...container,
          },
        ],
      },
    },
  },
})

const violations = (object: object) =>
  checkPolicy(parseManifests(JSON.stringify(object)), () => "t.yaml").map(({ rule }) => rule)

const secure = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
}

describe("policy", () => {
  test("a hardened pod", () => expect(violations(deployment())).toEqual([]))

  test.each([
    ["policy-privileged", { securityContext: { ...secure, privileged: true } }],
    ["policy-privilege-escalation", { securityContext: { ...secure, allowPrivilegeEscalation: undefined } }],
    ["policy-root-user", { securityContext: { ...secure, runAsUser: 0 } }],
    ["policy-root-user", { securityContext: { ...secure, runAsNonRoot: false } }],
    ["policy-writable-root", { securityContext: { ...secure, readOnlyRootFilesystem: false } }],
    [
      "policy-capabilities",
      { securityContext: { ...secure, capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } } },
    ],
    ["policy-seccomp", { securityContext: { ...secure, seccompProfile: { type: "Unconfined" } } }],
    ["policy-image-digest", { image: "registry.example/app/web:latest" }],
    ["policy-memory-limit", { resources: {} }],
    ["policy-proc-mount", { securityContext: { ...secure, procMount: "Unmasked" } }],
  ])("%s: %j", (rule, container) => expect(violations(deployment(container))).toEqual([rule]))

  test.each([
    ["policy-host-namespace", { hostNetwork: true }],
    ["policy-host-path", { volumes: [{ name: "d", hostPath: { path: "/" } }] }],
  ])("%s: %j", (rule, pod) => expect(violations(deployment({}, pod))).toEqual([rule]))

  test("init containers, bare pods and cron jobs are held to the same", () => {
    expect(violations(deployment({}, { initContainers: [{ name: "i", image: "x:1" }] }))).toContain(
      "policy-image-digest",
    )
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p" },
      spec: { containers: [{ name: "c", image: "x" }] },
    }
    expect(violations(pod)).toContain("policy-root-user")
    const job = { spec: { template: { spec: pod.spec } } }
    const cron = {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "c" },
      spec: { jobTemplate: job },
    }
    expect(violations(cron)).toContain("policy-root-user")
  })

  test.each([
    ["yes", "policy-privileged", { securityContext: { ...secure, privileged: "yes" } }, {}],
    ["on", "policy-host-namespace", {}, { hostPID: "on" }],
  ])("%s is true for Kubernetes: %s", (_, rule, container, pod) => {
    expect(violations(deployment(container, pod))).toEqual([rule])
  })

  test("what is off in so many words is off", () => {
    const off = { hostNetwork: false, hostPID: null }
    expect(violations(deployment({ securityContext: { ...secure, privileged: false } }, off))).toEqual([])
  })

  test("what is merged into a pod counts", () => {
    const merged = `
apiVersion: v1
kind: Pod
metadata: { name: p, annotations: &more { hostNetwork: true } }
spec:
  <<: *more
  containers: []
`
    expect(checkPolicy(parseManifests(merged), () => "t.yaml").map(({ rule }) => rule)).toEqual([
      "policy-host-namespace",
    ])
  })

  test.each([{}, { metadata: { name: "all" } }])("pods in a list are held to the same: %j", (more) => {
    const items = [deployment({ image: "web:latest" })]
    expect(violations({ apiVersion: "v1", kind: "List", ...more, items })).toEqual(["policy-image-digest"])
  })

  test("objects without pods have no violations", () => {
    expect(violations({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } })).toEqual([])
  })
})

describe("sibling of V07: pods of other kinds", () => {
  const bad = { hostPID: true, containers: [{ name: "c", image: "evil:latest" }] }
  test.each([
    [
      "an Argo Rollout",
      { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", spec: { template: { spec: bad } } },
    ],
    [
      "a ScaledJob",
      {
        apiVersion: "keda.sh/v1alpha1",
        kind: "ScaledJob",
        spec: { jobTargetRef: { template: { spec: bad } } },
      },
    ],
    ["a PodTemplate", { apiVersion: "v1", kind: "PodTemplate", template: { spec: bad } }],
  ])("%s is judged as a Deployment is", (_what, object) => {
    const found = checkPolicy(
      parseManifests(JSON.stringify({ ...object, metadata: { name: "x" } })),
      () => "t.yaml",
    )
    expect(found.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(["policy-host-namespace", "policy-image-digest"]),
    )
    expect(found.filter(({ rule }) => rule === "policy-host-namespace")).toHaveLength(1)
  })
})

describe("what a rule did not look at", () => {
  test.each([null, 0, "0", ""])("sibling of V09: a memory limit of %j is none", (memory) => {
    expect(violations(deployment({ resources: { limits: { memory } } }))).toEqual(["policy-memory-limit"])
  })

  test("sibling of V09: a process of a Windows host is privileged, whoever says it", () => {
    const windowsOptions = { hostProcess: true }
    expect(violations(deployment({ securityContext: { ...secure, windowsOptions } }))).toEqual([
      "policy-privileged",
    ])
    const pod = {
      runAsNonRoot: true,
      runAsUser: 1001,
      seccompProfile: { type: "RuntimeDefault" },
      windowsOptions,
    }
    expect(violations(deployment({}, { securityContext: pod }))).toEqual(["policy-privileged"])
  })

  test.each([
    ["an ephemeral container", deployment({}, { ephemeralContainers: [{ name: "e", image: "x" }] })],
    [
      "a pod that has init containers alone",
      {
        apiVersion: "x/v1",
        kind: "X",
        metadata: { name: "x" },
        spec: { pod: { initContainers: [{ image: "x" }] } },
      },
    ],
    [
      "a template with one container",
      {
        apiVersion: "x/v1",
        kind: "W",
        metadata: { name: "w" },
        spec: { templates: [{ container: { image: "x" } }] },
      },
    ],
  ])("sibling of V09: %s is judged", (_, object) => {
    expect(violations(object)).toContain("policy-image-digest")
  })

  test.each([{ hostPath: { path: "/" } }, { local: { path: "/" } }])(
    "sibling of V09: a volume of the host behind a claim: %j",
    (spec) => {
      const volume = { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "v" }, spec }
      expect(violations(volume)).toEqual(["policy-host-path"])
    },
  )
})
