/** What is found out before anything is changed, and what Helm has stored afterwards. */
import { describe, expect, test } from "vitest"
import { parseManifests } from "../../../src/chart/index.ts"
import { assertServices } from "../../../src/deploy/access/index.ts"
import { unplanned } from "../../../src/deploy/helm/index.ts"
import { definitionWarnings } from "../../../src/deploy/plan/index.ts"
import { SignalboxError } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { environmentOf, manifestOf, setOf } from "./support/sets.ts"

const labels = (component: string) => ({
  "app.kubernetes.io/instance": "app",
  "app.kubernetes.io/component": component,
})
const service = (component: string, spec: object = { ports: [{ port: 80 }] }) =>
  parseManifests(
    JSON.stringify({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: component, labels: labels(component) },
      spec,
    }),
  )

describe("C06 no Service for a component that the tests ask", () => {
  const ask = (
    objects: ReturnType<typeof service>,
    components: readonly (string | undefined)[] = [],
    api = new MemoryApi(),
  ) => assertServices(api, environmentOf(), components, objects)
  const refused = { code: "CONFIG_INVALID", exitCode: 13 }

  test("C06 refuses with 13, names the component and its labels", async () => {
    await expect(ask(service("other"))).rejects.toMatchObject(refused)
    await expect(ask(service("other"))).rejects.toThrow(
      /no Service for component web in the rendered chart[\s\S]*app.kubernetes.io\/component=web/,
    )
    await expect(ask(service("web"))).resolves.toBeUndefined()
  })

  test("sibling of C06: a Service without a port, in another namespace, or of a smoke check's component", async () => {
    await expect(ask(service("web", {}))).rejects.toMatchObject(refused)
    const [own] = service("web")
    await expect(ask(own === undefined ? [] : [{ ...own, namespace: "elsewhere" }])).rejects.toMatchObject(
      refused,
    )
    await expect(ask(service("web"), ["api"])).rejects.toThrow(/component api/)
    await expect(ask([...service("web"), ...service("api")], ["api", undefined])).resolves.toBeUndefined()
  })

  test("C06 one that is there beside the release serves, the release's own of now goes with the roll-out", async () => {
    const api = new MemoryApi()
    const path = "/api/v1/namespaces/apps/services/web"
    const live = { metadata: { name: "web", labels: labels("web") }, spec: { ports: [{ port: 80 }] } }
    api.put(path, live)
    await expect(ask([], [], api)).resolves.toBeUndefined()
    const annotations = { "meta.helm.sh/release-name": "app" }
    api.put(path, { ...live, metadata: { ...live.metadata, annotations } })
    await expect(ask([], [], api)).rejects.toMatchObject(refused)
  })

  test("an environment with an address needs none", async () => {
    const byUrl = environmentOf({ access: { kind: "url", url: "http://shop.example" } })
    await expect(assertServices(new MemoryApi(), byUrl, [undefined], [])).resolves.toBeUndefined()
  })
})

describe("C05 what Helm has stored is held against the plan", () => {
  const manifest = manifestOf("1.1.0")
  const objects = parseManifests(manifest)
  const target = { set: setOf("1.1.0"), objects }
  const revision = (more: object = {}) => ({
    ...{ revision: 2, status: "deployed" as const, description: "", manifest },
    ...{ manifests: setOf("1.1.0").manifests, ...more },
  })
  const hook = (name: string) =>
    `---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name}, annotations: { helm.sh/hook: pre-upgrade } }\n`

  test("C05 the plan's manifests are in order; others, or none, go back", () => {
    expect(unplanned(revision(), target)).toBeNull()
    expect(unplanned(revision({ manifests: setOf("9.9.9").manifests }), target)).toMatch(
      /^Helm revision 2 is not what was planned/,
    )
    expect(unplanned(undefined, target)).toMatch(/no revision/)
  })

  test("sibling of C05: other hooks", () => {
    const planned = { ...target, objects: parseManifests(manifest + hook("migrate")) }
    expect(unplanned(revision({ hooks: hook("migrate") }), planned)).toBeNull()
    expect(unplanned(revision({ hooks: hook("drop") }), planned)).toMatch(/other hooks/)
    expect(unplanned(revision(), planned)).toMatch(/other hooks/)
  })
})

describe("C28 a chart's crds/ at an upgrade", () => {
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.test"
  const definition = (plural = "widgets") => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.test }
spec: { group: example.test, names: { plural: ${plural} }, versions: [{ name: v1 }] }
`
  const chart = (text: string) => new Map([["crds/widget.yaml", Buffer.from(text)]])
  const live = {
    metadata: { name: "widgets.example.test" },
    spec: {
      group: "example.test",
      names: { plural: "widgets", listKind: "WidgetList" },
      versions: [{ name: "v1", served: true }],
    },
  }

  test("C28 is named where it differs or is missing, and not where the cluster has it", async () => {
    const api = new MemoryApi()
    expect(await definitionWarnings(api, chart(definition()))).toEqual([
      expect.stringMatching(/^widgets.example.test of the chart's crds\/ is not in the cluster/),
    ])
    api.put(path, live)
    expect(await definitionWarnings(api, chart(definition()))).toEqual([])
    expect(await definitionWarnings(api, chart(definition("gadgets")))).toEqual([
      expect.stringMatching(/differs from the cluster's: Helm installs crds\/ with the first release only/),
    ])
  })

  test("sibling of C28: what this account may not read is said, not taken for equal", async () => {
    const api = {
      get: async () => Promise.reject(new SignalboxError("CLUSTER_REFUSED", { what: "forbidden" })),
    }
    expect(await definitionWarnings(api, chart(definition()))).toEqual([
      expect.stringContaining("could not be compared"),
    ])
  })
})
