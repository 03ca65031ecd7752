/** Which digests the tags of images mean: what cannot be resolved is told beside what can. */
import { afterEach, beforeEach, expect, test } from "vitest"
import { resolveImages } from "../../../src/evidence/resolve/main.ts"
import { type ArtifactRegistry, archiveOf, artifactRegistry } from "./support/artifact-registry.ts"

let registry: ArtifactRegistry
let other: ArtifactRegistry
beforeEach(async () => {
  registry = await artifactRegistry()
  other = await artifactRegistry()
})
afterEach(async () => {
  await registry[Symbol.asyncDispose]()
  await other[Symbol.asyncDispose]()
})

test("each image has its digest or its reason, also from a registry that asks for a token", async () => {
  const digest = registry.put("library/node", "24.9.0", await archiveOf([{ name: "a", content: "b" }]))
  registry.behaviour = { asksForToken: true }
  other.behaviour = { out: true }
  const image = (name: string, host: string, rest: string) => ({
    name,
    reference: `${host}/${rest}`,
    insecure: true,
  })
  const resolved = await resolveImages(
    {
      images: [
        image("tools.node", registry.host, "library/node:24.9.0"),
        image("tools.helm", registry.host, "alpine/helm:4.3.1"),
        image("tools.k6", other.host, "grafana/k6:1.8.1"),
        image("tools.trivy", registry.host, "aquasec/trivy"),
      ],
    },
    { retries: 0 },
  )
  expect(resolved.map(({ name }) => name)).toEqual(["tools.node", "tools.helm", "tools.k6", "tools.trivy"])
  expect(resolved[0]).toEqual({ name: "tools.node", image: `${registry.host}/library/node:24.9.0`, digest })
  expect(resolved[1]?.why).toMatch(/no such image/)
  expect(resolved[2]?.why).toMatch(/503/)
  expect(resolved[3]?.why).toMatch(/not a complete artifact reference/)
})
