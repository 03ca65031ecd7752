import type { z } from "zod"
import { manifestsDigest, parseManifests } from "../../../../src/chart/index.ts"
import { type EnvironmentConfig, environmentSchema } from "../../../../src/config/index.ts"
import type { World } from "../../../../src/deploy/world/index.ts"
import { type ReleaseDigests, sha256 } from "../../../../src/domain/index.ts"

/** The manifest of a test release: one Deployment whose image is named by the version, and its Service. */
export function manifestOf(version: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 1, template: { spec: { containers: [{ name: web, image: "web@${sha256(version)}" }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
`
}

/** A deployed set that differs from others in everything that depends on its version. */
export function setOf(version: string, more: Partial<ReleaseDigests> = {}): ReleaseDigests {
  return {
    version,
    record: sha256(`record ${version}`),
    images: { web: sha256(version) },
    chart: sha256("chart"),
    values: sha256("values"),
    manifests: manifestsDigest(parseManifests(manifestOf(version))),
    ...more,
  }
}

/** Helm's revisions and, as of one release, the newest of them as the current one. */
export function history(revisions: World["revisions"]): Pick<World, "revisions" | "current"> {
  return { revisions, current: revisions.at(-1) ?? null }
}

/** An environment as it was parsed. */
export function environmentOf(more: Record<string, unknown> = {}): EnvironmentConfig {
  return environmentSchema.parse({
    schemaVersion: 1,
    name: "staging",
    namespace: "apps",
    release: "app",
    access: { kind: "service-proxy", component: "web" },
    load: { profile: "none" },
    ...more,
  })
}

/** The same as a request carries it. */
export function settings(): z.input<typeof environmentSchema> & Pick<EnvironmentConfig, "objectives"> {
  return JSON.parse(JSON.stringify(environmentOf()))
}
