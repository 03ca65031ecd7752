/** A toolbox file with its digests filled in, and what one leaves open. */
import { describe, expect, test } from "vitest"
import { openEnds } from "../../../src/toolbox/open-ends.ts"
import { parseToolbox } from "../../../src/toolbox/parse.ts"
import { openImages, withDigests } from "../../../src/toolbox/pin.ts"

const digest = (letter: string) => `sha256:${letter.repeat(64)}`

const text = `# Which image each tool runs in.
schemaVersion: 1
tools:
  # what everything runs in
  node: { image: "docker.io/library/node:24.9.0", digest: unresolved, version: "24.9.0" } # from Docker Hub
  helm: { image: docker.io/alpine/helm:4.3.1, version: "4.3.1", path: /usr/bin/helm }
  trivy:
    image: docker.io/aquasec/trivy:0.74.0 # by its maker
    version: "0.74.0"
  k6:
    version: "1.8.1"
    digest:
    image: docker.io/grafana/k6:1.8.1
  gitleaks: { image: "docker.io/zricethezav/gitleaks:v8.30.1", digest: "${digest("f")}", version: "8.30.1" }
databases:
  trivy: { artifact: "ghcr.io/aquasecurity/trivy-db:2", name: trivy-db }
cluster:
  image: 127.0.0.1:5000/kubernetes:1.36.3`

describe("toolbox pin", () => {
  test("asks for the images without a digest, and for no artifact that is looked up each day", () => {
    const open = openImages(parseToolbox(text.replace("    digest:\n", ""), "toolbox.yaml"))
    expect(open).toEqual([
      { name: "tools.node", image: "docker.io/library/node:24.9.0" },
      { name: "tools.helm", image: "docker.io/alpine/helm:4.3.1" },
      { name: "tools.k6", image: "docker.io/grafana/k6:1.8.1" },
      { name: "tools.trivy", image: "docker.io/aquasec/trivy:0.74.0" },
      { name: "cluster", image: "127.0.0.1:5000/kubernetes:1.36.3" },
    ])
  })

  test("fills them in and leaves every comment, every order and every quote", () => {
    const digests = {
      "tools.node": "a",
      "tools.helm": "b",
      "tools.trivy": "c",
      "tools.k6": "d",
      cluster: "e",
    }
    const pinned = withDigests(
      text,
      new Map(Object.entries(digests).map(([name, one]) => [name, digest(one)])),
    )
    expect(pinned).toBe(
      text
        .replace("digest: unresolved", `digest: ${digest("a")}`)
        .replace("helm:4.3.1,", `helm:4.3.1, digest: ${digest("b")},`)
        .replace("# by its maker", `# by its maker\n    digest: ${digest("c")}`)
        .replace("    digest:\n", `    digest: ${digest("d")}\n`)
        .concat(`\n  digest: ${digest("e")}`),
    )
    expect(openImages(parseToolbox(pinned, "toolbox.yaml"))).toEqual([])
  })

  test("changes nothing of a file that has all of them, nor for a place that it does not have", () => {
    expect(withDigests(text, new Map([["tools.kubectl", digest("a")]]))).toBe(text)
  })
})

describe("what a toolbox leaves open", () => {
  const named = (toolbox: string) =>
    openEnds(parseToolbox(toolbox, "toolbox.yaml")).map(({ state, what }) => `${state}: ${what}`)

  test("is told with what it costs: a gate that cannot judge is broken", () => {
    const bare =
      'schemaVersion: 1\ntools: { node: { image: "docker.io/library/node:24.9.0", version: "24.9.0" } }\n'
    expect(named(bare)).toEqual([
      "slow: no digest for tools.node",
      "broken: no advisory database (databases.trivy)",
      "ok: no index of Java archives (databases.trivyJava)",
      "ok: no advisories in OSV form (databases.osv)",
      "broken: no schemas of Kubernetes (schemas.kubernetes)",
      "ok: no cluster",
    ])
  })

  test("is nothing for a file with digests, databases and a cluster, whose API server tells its schemas", () => {
    const image = (name: string) => `{ image: 127.0.0.1:5000/${name}:1, digest: "${digest("a")}"`
    expect(
      named(`schemaVersion: 1
tools: { node: ${image("node")}, version: "24.9.0" } }
databases:
  trivy: { artifact: ghcr.io/aquasecurity/trivy-db:2, name: trivy-db }
  trivyJava: { artifact: ghcr.io/aquasecurity/trivy-java-db:1, name: trivy-java-db }
  osv: { artifact: registry.example/osv-db:1, name: osv }
cluster: ${image("kubernetes")} }
`),
    ).toEqual([])
  })
})
