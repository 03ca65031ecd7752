import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { fileName, type OpenApi, schemasOf } from "../../../toolchain/cluster/schemas/generate.ts"
import { repositoryRoot } from "../../../toolchain/paths.ts"

const recorded = join(repositoryRoot, "test/recorded/cluster/openapi-v2-1.36.3.json")
const schemas = schemasOf(JSON.parse(readFileSync(recorded, "utf8")) as OpenApi)

interface Schema {
  readonly type?: unknown
  readonly enum?: readonly unknown[]
  readonly $ref?: string
  readonly additionalProperties?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly definitions?: Readonly<Record<string, Schema>>
}

const schema = (name: string): Schema => schemas.get(name) as Schema
const definition = (file: string, name: string): Schema | undefined => schema(file).definitions?.[name]

describe("schemas of the recorded API", () => {
  test("are named as kubeconform asks for them", () => {
    expect([...schemas.keys()].sort()).toEqual([
      "customresourcedefinition-apiextensions-v1.json",
      "poddisruptionbudget-policy-v1.json",
      "resourcequota-v1.json",
      "service-v1.json",
    ])
    expect(fileName({ group: "networking.k8s.io", version: "v1", kind: "Ingress" })).toBe(
      "ingress-networking-v1.json",
    )
  })

  test("accept one kind in one version each", () => {
    const { properties } = schema("poddisruptionbudget-policy-v1.json")
    expect(properties?.apiVersion).toEqual({ enum: ["policy/v1"] })
    expect(properties?.kind).toEqual({ enum: ["PodDisruptionBudget"] })
    expect(schema("service-v1.json").properties?.apiVersion).toEqual({ enum: ["v1"] })
  })

  test("know no field that the API does not know", () => {
    for (const [name, each] of schemas) {
      expect(each.additionalProperties, name).toBe(false)
      for (const [inner, part] of Object.entries((each as Schema).definitions ?? {}))
        if (part.properties) expect(part.additionalProperties, `${name} ${inner}`).toBe(false)
    }
  })

  test("are complete: whatever they refer to is inside", () => {
    for (const [name, each] of schemas) {
      const references = JSON.stringify(each).matchAll(/"#\/definitions\/([^"]+)"/g)
      const known = Object.keys((each as Schema).definitions ?? {})
      for (const [, reference] of references) expect(known, name).toContain(reference)
    }
  })

  test("take numbers or texts where the API does", () => {
    const port = definition("service-v1.json", "io.k8s.api.core.v1.ServicePort")?.properties?.targetPort
    expect(port?.$ref).toBe("#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString")
    const either = definition("service-v1.json", "io.k8s.apimachinery.pkg.util.intstr.IntOrString")
    expect(either?.type).toEqual(["string", "integer", "null"])
    const quantity = definition("resourcequota-v1.json", "io.k8s.apimachinery.pkg.api.resource.Quantity")
    expect(quantity?.type).toEqual(["string", "number", "null"])
  })

  test("list the values that the API takes", () => {
    const type = definition("service-v1.json", "io.k8s.api.core.v1.ServiceSpec")?.properties?.type
    expect(type?.enum).toEqual(["ClusterIP", "ExternalName", "LoadBalancer", "NodePort", null])
  })

  test("end where a schema describes schemas", () => {
    const props = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"
    const inner = definition("customresourcedefinition-apiextensions-v1.json", props)
    expect(inner?.properties?.not?.$ref).toBe(`#/definitions/${props}`)
  })
})
