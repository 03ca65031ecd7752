import { describe, expect, test } from "vitest"
import { parseManifests, reloadWarnings, waitWarnings } from "../../../src/chart/index.ts"

const settings = (greeting: string, kind = "ConfigMap") => `---
apiVersion: v1
kind: ${kind}
metadata: { name: app-settings }
${kind === "Secret" ? "stringData" : "data"}: { GREETING: ${greeting} }
`
const workload = (pod: string, annotation = "a") => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: backend }
spec: { template: { metadata: { annotations: { checksum: ${annotation} } }, spec: ${pod} } }
`
const envFrom = "{ containers: [{ name: b, envFrom: [{ configMapRef: { name: app-settings } }] }] }"
const warned = (before: string, after: string) =>
  reloadWarnings(parseManifests(before), parseManifests(after))

describe("C16 a change that reaches no pod", () => {
  test("C16 a ConfigMap that a pod reads as environment, and the pod template does not change", () => {
    expect(warned(settings("one") + workload(envFrom), settings("two") + workload(envFrom))).toEqual([
      expect.stringMatching(
        /^ConfigMap\/app-settings changes; Deployment\/backend reads it as environment variables .* keep the old values/,
      ),
    ])
  })

  test("C16 none where a checksum changes with it, or nothing changes, or nobody reads it", () => {
    expect(warned(settings("one") + workload(envFrom), settings("two") + workload(envFrom, "b"))).toEqual([])
    expect(warned(settings("one") + workload(envFrom), settings("one") + workload(envFrom))).toEqual([])
    expect(
      warned(
        settings("one") + workload("{ containers: [] }"),
        settings("two") + workload("{ containers: [] }"),
      ),
    ).toEqual([])
  })

  test.each([
    [
      "a key of it",
      "ConfigMap",
      "{ containers: [{ name: b, env: [{ name: G, valueFrom: { configMapKeyRef: { name: app-settings, key: GREETING } } }] }] }",
      "keep the old values",
    ],
    [
      "an init container",
      "ConfigMap",
      "{ initContainers: [{ name: b, envFrom: [{ configMapRef: { name: app-settings } }] }] }",
      "keep the old values",
    ],
    [
      "a Secret",
      "Secret",
      "{ containers: [{ name: b, envFrom: [{ secretRef: { name: app-settings } }] }] }",
      "keep the old values",
    ],
    [
      "a file by subPath",
      "ConfigMap",
      "{ volumes: [{ name: v, configMap: { name: app-settings } }], containers: [{ name: b, volumeMounts: [{ name: v, mountPath: /a, subPath: GREETING }] }] }",
      "through subPath",
    ],
    [
      "files",
      "ConfigMap",
      "{ volumes: [{ name: v, projected: { sources: [{ configMap: { name: app-settings } }] } }], containers: [{ name: b, volumeMounts: [{ name: v, mountPath: /a }] }] }",
      "new files within a minute or two",
    ],
  ])("sibling of C16: %s", (_what, kind, pod, words) => {
    expect(warned(settings("one", kind) + workload(pod), settings("two", kind) + workload(pod))).toEqual([
      expect.stringContaining(words),
    ])
  })
})

describe("what a roll-out will not do, or not come to the end of", () => {
  const waits = (after: string, before = "") => waitWarnings(parseManifests(before), parseManifests(after))
  const set = (strategy: string) =>
    `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: db }\nspec: { replicas: 3, updateStrategy: ${strategy} }\n`

  test("C30 a partition is told", () => {
    expect(waits(set("{ rollingUpdate: { partition: 2 } }"))).toEqual([
      expect.stringMatching(
        /^StatefulSet\/db: 1 of 3 pods get this release, by its updateStrategy.rollingUpdate.partition 2/,
      ),
    ])
    expect(waits(set("{ rollingUpdate: { partition: 0 } }"))).toEqual([])
  })

  test("sibling of C30: OnDelete", () => {
    expect(waits(set("{ type: OnDelete }"))).toEqual([
      expect.stringContaining("0 of 3 pods get this release"),
    ])
  })

  test("sibling of C30: a DaemonSet with OnDelete, and a Deployment that is paused", () => {
    const of = (kind: string, spec: string) =>
      `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: a }\nspec: ${spec}\n`
    expect(waits(of("DaemonSet", "{ updateStrategy: { type: OnDelete } }"))).toEqual([
      expect.stringContaining(
        "DaemonSet/a: none of its pods gets this release, by its updateStrategy OnDelete",
      ),
    ])
    expect(waits(of("Deployment", "{ paused: true }"))).toEqual([
      expect.stringContaining("while it is paused"),
    ])
    expect(waits(`${of("DaemonSet", "{}")}---\n${of("Deployment", "{ paused: false }")}`)).toEqual([])
  })

  const claim = "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: reports }\n"
  const pod = "{ containers: [], volumes: [{ name: v, persistentVolumeClaim: { claimName: reports } }] }"

  test("C31 a new claim that only a CronJob uses is told", () => {
    const cron = `---\napiVersion: batch/v1\nkind: CronJob\nmetadata: { name: c }\nspec: { jobTemplate: { spec: { template: { spec: ${pod} } } } }\n`
    expect(waits(claim + cron)).toEqual([
      expect.stringContaining("PersistentVolumeClaim/reports is new, and no pod"),
    ])
    expect(waits(claim + cron, claim)).toEqual([])
    expect(waits(claim + workload(pod))).toEqual([])
  })

  test.each([
    ["a Deployment without replicas", "apps/v1", "Deployment", "replicas: 0"],
    ["a Job that is suspended", "batch/v1", "Job", "suspend: true"],
  ])("sibling of C31: a new claim that only %s uses is told", (_, apiVersion, kind, more) => {
    const idle = `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: i }\nspec: { ${more}, template: { spec: ${pod} } }\n`
    expect(waits(claim + idle)).toEqual([expect.stringContaining("is new, and no pod")])
  })
})
