import { parseManifests } from "../../../../src/chart/index.ts"
import type { DeploymentFacts, Target } from "../../../../src/deploy/plan/index.ts"
import { driverRequest } from "../../../../src/deploy/request.ts"
import { append, emptyLedger, type StoredLedger } from "../../../../src/deploy/state/index.ts"
import type { World } from "../../../../src/deploy/world/index.ts"
import { type PlanProof, type ReleaseDigests, sha256 } from "../../../../src/domain/index.ts"
import { members } from "./members.ts"
import { history, manifestOf, setOf, settings } from "./sets.ts"

/** Versions that were verified one after the other. */
export function ledgerOf(...versions: readonly string[]): StoredLedger {
  return versions.reduce(
    (ledger, version, index) =>
      append(ledger, {
        operation: `op-${index}`,
        kind: "deploy",
        fence: index + 1,
        at: "2026-01-01T00:00:00Z",
        by: "anna",
        set: setOf(version),
        revision: index + 1,
        outcome: "verified",
        planHash: sha256("plan"),
      }),
    emptyLedger("staging"),
  )
}

/** A world in which the last of them runs. */
export function worldOf(...versions: readonly string[]): World {
  const revisions = versions.map((version, index) => ({
    revision: index + 1,
    status: index === versions.length - 1 ? ("deployed" as const) : ("superseded" as const),
    manifest: manifestOf(version),
    manifests: setOf(version).manifests,
    description: "",
  }))
  return {
    ...history(revisions),
    rollout: { ready: true, waitingFor: [], changed: [] },
    traffic: { present: ["Service/web"], missing: [] },
    images: {},
    pods: [],
    ledger: ledgerOf(...versions),
  }
}

export const proof: PlanProof = {
  smoke: { source: "smoke.yaml", digest: sha256("smoke.yaml") },
  load: {
    ...{ profile: "smoke", scale: 1, users: 10, durationSeconds: 60, rampUpSeconds: 5 },
    script: sha256("load.js"),
  },
  objectives: { errorRate: 0.01, p95Ms: 500, availability: 0.999, minimumRequests: 50, expectedStatuses: [] },
}

/** The facts of a plan; each may be another one. */
export function facts(
  more: Partial<DeploymentFacts> = {},
  environment: Record<string, unknown> = {},
  asked: Record<string, unknown> = {},
): DeploymentFacts {
  const request = driverRequest.parse({
    schemaVersion: 1,
    project: "test",
    environment: { ...settings(), ...environment },
    components: {},
    holder: { who: "anna", id: "1" },
    operation: "op",
    date: "2026-01-01T00:00:00Z",
    ...asked,
  })
  return {
    members,
    request,
    cluster: "uid-1",
    world: worldOf("1.0.0"),
    interrupted: null,
    canLoad: true,
    proof,
    ...more,
  }
}

/** A version as it is rendered for the environment. */
export function target(version: string, more: Partial<ReleaseDigests> = {}): Target {
  const manifest = manifestOf(version)
  return {
    set: setOf(version, more),
    manifest,
    objects: parseManifests(manifest),
    crds: "",
    valueFiles: [],
    valueTexts: [],
  }
}
