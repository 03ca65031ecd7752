/** Schemas of Kubernetes from a document, from a location and from definitions of custom resources. */
import { readFileSync } from "node:fs"
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { parseManifests } from "../../../src/chart/manifest.ts"
import { customSchemas } from "../../../src/chart/schemas/custom.ts"
import { schemaAddress } from "../../../src/chart/schemas/location.ts"
import { main } from "../../../src/chart/schemas/main.ts"
import { schemasOf } from "../../../src/chart/schemas/openapi.ts"
import { SignalboxError, sha256 } from "../../../src/domain/index.ts"

const openapi = readFileSync(
  new URL("../../recorded/cluster/openapi-v2-1.36.3.json", import.meta.url),
  "utf8",
)
/** The least that counts as Kubernetes' own. */
const pod = {
  "io.k8s.api.core.v1.Pod": {
    type: "object",
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      spec: { $ref: "#/definitions/Spec" },
    },
    "x-kubernetes-group-version-kind": [{ group: "", version: "v1", kind: "Pod" }],
  },
  Spec: { type: "object", properties: { hostNetwork: { type: "boolean" } } },
}
const small = JSON.stringify({ definitions: pod })

let server: Server
let base: string
let directory: string
let answer: (path: string) => { readonly status: number; readonly text: string }
let seen: string[]
beforeEach(async () => {
  seen = []
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://x").pathname
    seen.push(path)
    const { status, text } = answer(path)
    response.writeHead(status).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  directory = await mkdtemp(join(tmpdir(), "schemas-"))
})
afterEach(async () => {
  server.close()
  server.closeAllConnections()
  await rm(directory, { recursive: true })
})

async function run(command: string, request: object) {
  const out = await mkdtemp(join(directory, "out-"))
  await writeFile(join(out, "request.json"), JSON.stringify(request))
  await main([command, "--request", join(out, "request.json"), "--out", out])
  const files = (await readdir(join(out, "schemas"))).sort()
  return { files, read: (name: string) => JSON.parse(readFileSync(join(out, "schemas", name), "utf8")) }
}
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error: unknown) => (error instanceof SignalboxError ? error.code : String(error)),
  )

describe("an OpenAPI document", () => {
  test("becomes one strict schema for each kind, of version 2 and of version 3", async () => {
    answer = () => ({ status: 200, text: small })
    const { files, read } = await run("openapi", { url: `${base}/swagger.json`, digest: sha256(small) })
    expect(files).toEqual(["pod-v1.json"])
    expect(read("pod-v1.json")).toMatchObject({
      additionalProperties: false,
      properties: {
        apiVersion: { enum: ["v1"] },
        kind: { enum: ["Pod"] },
        spec: { $ref: "#/definitions/Spec" },
      },
      definitions: { Spec: { type: ["object", "null"], additionalProperties: false } },
    })
    const three = small
      .replace('{"definitions"', '{"components":{"schemas"')
      .replaceAll("#/definitions/", "#/components/schemas/")
    answer = () => ({ status: 200, text: `${three}}` })
    const again = await run("openapi", { url: `${base}/v3` })
    expect(again.read("pod-v1.json")).toEqual(read("pod-v1.json"))
  })

  test("of a real API server gives the kinds that charts use, each with what it refers to", () => {
    const files = schemasOf(JSON.parse(openapi).definitions)
    for (const schema of files.values()) {
      const { definitions = {} } = schema as { readonly definitions?: object }
      const named = [...JSON.stringify(schema).matchAll(/#\/definitions\/([^"]+)/g)].map(
        ([, name]) => name ?? "",
      )
      expect(Object.keys(definitions)).toEqual(expect.arrayContaining([...new Set(named)]))
    }
    expect(files.has("customresourcedefinition-apiextensions-v1.json")).toBe(true)
  })

  test.each([
    ["with another digest than the toolbox says", 200, "{}", "STATE_DAMAGED"],
    ["that is a page of a proxy", 200, "<html>sign in</html>", "OUTPUT_UNREADABLE"],
    ["without any kind: by it nothing would be checked", 200, '{"definitions":{}}', "OUTPUT_UNREADABLE"],
    ["that is not there", 404, "", "OUTPUT_UNREADABLE"],
    ["behind a refusal", 403, "", "REGISTRY_UNREACHABLE"],
  ])("%s is an error", async (_, status, text, code) => {
    answer = () => ({ status, text })
    const digest = code === "STATE_DAMAGED" ? sha256(small) : undefined
    expect(await codeOf(run("openapi", { url: `${base}/swagger.json`, digest }))).toBe(code)
  })
})

describe("a location, file by file", () => {
  const kinds = [
    { apiVersion: "apps/v1", kind: "Deployment" },
    { apiVersion: "v1", kind: "Service" },
    { apiVersion: "monitoring.coreos.com/v1", kind: "ServiceMonitor" },
  ]
  const location =
    "{{ .NormalizedKubernetesVersion }}-standalone{{ .StrictSuffix }}/{{ .ResourceKind }}{{ .KindSuffix }}.json"
  const request = () => ({ location: `${base}/${location}`, version: "1.36.3", kinds })

  test("is asked as kubeconform asks it, and has none for a custom resource", async () => {
    answer = (path) =>
      path.includes("monitor") ? { status: 404, text: "" } : { status: 200, text: '{"type":"object"}' }
    expect((await run("location", request())).files).toEqual(["deployment-apps-v1.json", "service-v1.json"])
    expect(seen).toEqual([
      "/v1.36.3-standalone-strict/deployment-apps-v1.json",
      "/v1.36.3-standalone-strict/service-v1.json",
      "/v1.36.3-standalone-strict/servicemonitor-monitoring-v1.json",
    ])
  })

  test("that is refused or answers a page is an error: its kinds do not count as without a schema", async () => {
    answer = () => ({ status: 403, text: "" })
    expect(await codeOf(run("location", request()))).toBe("REGISTRY_UNREACHABLE")
    answer = () => ({ status: 200, text: "<html>" })
    expect(await codeOf(run("location", request()))).toBe("OUTPUT_UNREADABLE")
    answer = () => ({ status: 200, text: "{}" })
    expect(await codeOf(run("location", request()))).toBe("OUTPUT_UNREADABLE")
  })

  test("with a part that kubeconform does not have is a mistake in the toolbox", () => {
    expect(() =>
      schemaAddress("https://example.com/{{ lower .Group }}", { apiVersion: "v1", kind: "Pod" }, "1"),
    ).toThrow(/CONFIG_INVALID.*\{\{ lower \.Group \}\}/s)
  })

  test("gets nothing of a manifest that leads out of it", () => {
    const address = schemaAddress(
      "https://example.com/{{.ResourceKind}}.json",
      { apiVersion: "v1", kind: "../../x" },
      "1",
    )
    expect(address).toBe("https://example.com/..%2F..%2Fx.json")
  })
})

describe("a custom resource that the chart defines", () => {
  const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: servicemonitors.monitoring.coreos.com }
spec:
  group: monitoring.coreos.com
  names: { kind: ServiceMonitor }
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            spec:
              type: object
              properties:
                port: { x-kubernetes-int-or-string: true, anyOf: [{ type: integer }, { type: string }] }
                free: { type: object, x-kubernetes-preserve-unknown-fields: true }
                size: { type: integer, minimum: 1, nullable: true }
    - { name: v1alpha1, served: true }
`

  test("R11 has a strict schema from its definition, and none of a version that has none", () => {
    const files = customSchemas(parseManifests(definition))
    expect([...files.keys()]).toEqual(["servicemonitor_monitoring.coreos.com_v1.json"])
    expect(files.get("servicemonitor_monitoring.coreos.com_v1.json")).toMatchObject({
      required: ["apiVersion", "kind", "spec"],
      properties: {
        apiVersion: { enum: ["monitoring.coreos.com/v1"] },
        kind: { enum: ["ServiceMonitor"] },
        metadata: { type: ["object", "null"] },
        spec: {
          additionalProperties: false,
          properties: {
            port: { type: ["string", "integer", "null"] },
            size: { type: ["integer", "null"], minimum: 1 },
          },
        },
      },
      additionalProperties: false,
    })
  })
})
