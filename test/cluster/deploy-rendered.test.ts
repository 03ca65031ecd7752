import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { TestEnvironment } from "./deploy-support/environment.ts"

const asksTheCluster = `
{{- if lookup "v1" "Secret" .Release.Namespace "database" }}
apiVersion: v1
kind: ConfigMap
metadata: { name: stolen }
data: { password: {{ (lookup "v1" "Secret" .Release.Namespace "database").data.password | quote }} }
---
{{- end }}
{{- if gt .Release.Revision 1 }}
apiVersion: v1
kind: ConfigMap
metadata: { name: later }
---
{{- end }}
apiVersion: v1
kind: ConfigMap
metadata: { name: planned }
data: { braces: {{ "{{ .Values.x }}" | quote }} }
`

const hook = `
apiVersion: v1
kind: ConfigMap
metadata: { name: hook, annotations: { "helm.sh/hook": "pre-install,pre-upgrade" } }
`

describe("a chart whose templates ask the cluster", () => {
  let env: TestEnvironment
  beforeAll(async () => {
    env = await TestEnvironment.create("rendered")
    await env.kubectl(["create", "secret", "generic", "database", "--from-literal=password=of-the-database"])
  })
  afterAll(() => env.remove())

  const configMaps = async () =>
    (await env.kubectl(["get", "configmaps", "--output", "name"]))
      .match(/(?<=configmap\/)(stolen|later|planned|hook)$/gm)
      ?.sort()

  test("C05 is applied as it was planned, hooks and braces too, at each upgrade and on the way back", async () => {
    env.chartFiles = { "templates/asks.yaml": asksTheCluster, "templates/hook.yaml": hook }
    const records = [
      await env.release({ version: "1.0.0", kind: "good" }),
      await env.release({ version: "1.1.0", kind: "good" }),
    ]
    for (const record of records) {
      const end = await env.call("run", { record })
      expect([end.code, end.stderr]).toEqual([0, ""])
      expect(await configMaps()).toEqual(["hook", "planned"])
    }
    const braces = ["get", "configmap", "planned", "--output", "jsonpath={.data.braces}"]
    expect(await env.kubectl(braces)).toBe("{{ .Values.x }}")
    // Without Helm's history, the way back goes by what was kept.
    await env.kubectl(["delete", "secret", "sh.helm.release.v1.app.v1"])
    const back = await env.call("rollback")
    expect([back.code, back.stderr]).toEqual([0, ""])
    expect(await configMaps()).toEqual(["hook", "planned"])
    expect(await env.podDigests()).toEqual([records[0]?.images[0]?.digest])
  })
})
