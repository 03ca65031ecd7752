import { databaseSource, unresolvedImages } from "./reference.ts"
import type { ToolboxFile } from "./schema.ts"

/** Something that a toolbox file leaves open or does not name. */
interface OpenEnd {
  readonly what: string
  /** What it costs. */
  readonly cost: string
  readonly next: string
  /** `broken`: a gate cannot judge for it; `slow`: every call pays for it; `ok`: it is needed by some only. */
  readonly state: "broken" | "slow" | "ok"
}

/** What of a toolbox file is open or missing. */
export function openEnds(toolbox: ToolboxFile): readonly OpenEnd[] {
  const { databases, schemas, cluster } = toolbox
  const found: OpenEnd[] = []
  const loose = unresolvedImages(toolbox)
  if (loose.length > 0)
    found.push({
      what: `no digest for ${loose.join(", ")}`,
      cost: "each call resolves the tags anew and records what it used; protected environments refuse the file",
      next: "dagger call toolbox pin export --path toolbox.yaml",
      state: "slow",
    })
  if (databaseSource(toolbox, "trivy") === null)
    found.push({
      what: "no advisory database (databases.trivy)",
      cost: "the gate vulnerabilities ends as an error",
      next: "databases: { trivy: { artifact: ghcr.io/aquasecurity/trivy-db:2, name: trivy-db } }",
      state: "broken",
    })
  if (databases.trivyJava === undefined)
    found.push({
      what: "no index of Java archives (databases.trivyJava)",
      cost: "images that hold Java archives cannot be scanned: an error for them alone",
      next: "databases: { trivyJava: { artifact: ghcr.io/aquasecurity/trivy-java-db:1, name: trivy-java-db } }",
      state: "ok",
    })
  if (databases.osv === undefined)
    found.push({
      what: "no advisories in OSV form (databases.osv)",
      cost: "the gate dependencies ends as an error; it judges only where signalbox.yaml names it",
      next: "databases: { osv: { artifact: REGISTRY/osv-db:1, name: osv } }: docs/toolbox.md says how it is made",
      state: "ok",
    })
  if (schemas.kubernetes === undefined && cluster === undefined)
    found.push({
      what: "no schemas of Kubernetes (schemas.kubernetes)",
      cost: "the gate charts ends as an error",
      next: "name openapi, location or image: docs/toolbox.md",
      state: "broken",
    })
  if (cluster === undefined)
    found.push({
      what: "no cluster",
      cost: "environment local needs a kubeconfig, as every other one does",
      next: "call with --kubeconfig, or name an image: docs/registry-only.md",
      state: "ok",
    })
  return found
}
