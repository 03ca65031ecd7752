import { manifestsDigest, parseManifests } from "../../../../src/chart/index.ts"
import { configMapPath, type KubeObject, secretPath } from "../../../../src/deploy/cluster/index.ts"
import type { Prepared } from "../../../../src/deploy/driver/commands/preparation.ts"
import { goBack } from "../../../../src/deploy/driver/commands/rollback.ts"
import { deploy } from "../../../../src/deploy/driver/commands/run.ts"
import { withLock } from "../../../../src/deploy/driver/locked.ts"
import type { DriverSession } from "../../../../src/deploy/driver/session.ts"
import {
  decodeRelease,
  encodeRelease,
  type HelmStatus,
  type Revision,
  settleRevision,
} from "../../../../src/deploy/helm/index.ts"
import type { Actions, StepResult } from "../../../../src/deploy/machine/index.ts"
import { fallbackOf, type StoredJournal, type StoredLedger } from "../../../../src/deploy/state/index.ts"
import { type DeployedSet, type ReleaseRecord, SignalboxError } from "../../../../src/domain/index.ts"
import { MemoryApi } from "./memory-api.ts"
import { MemoryClock } from "./memory-clock.ts"
import { type MemoryCall, memorySession, namespace } from "./session.ts"
import { manifestOf, setOf } from "./sets.ts"

export type Wish = { readonly do: "deploy"; readonly version: string } | { readonly do: "rollback" }

/** The driver died here. Nothing catches it: no `finally` may act on the world any more. */
class Death extends Error {}

const deployment = `/apis/apps/v1/namespaces/${namespace}/deployments/web`
const service = `/api/v1/namespaces/${namespace}/services/web`

/**
 * A cluster in memory on which the real state machine, lock, journal, ledger and recovery run. What differs from the
 * real thing: Helm, smoke and load tests behave as the version's name says, and the driver can die at any write.
 */
export class Simulation {
  readonly api = new MemoryApi()
  readonly #clock = new MemoryClock()
  #calls = 0
  #dead = false
  #left = Number.POSITIVE_INFINITY

  constructor() {
    this.api.onWrite = () => this.#point()
    this.api.put(`/api/v1/namespaces/${namespace}`, { metadata: { name: namespace, uid: "uid-1" } })
  }

  /** One call, whose driver dies after some steps of the world. Returns the outcome, or null when it died. */
  async once(wish: Wish, diesAfter: number): Promise<string | null> {
    this.#left = diesAfter
    this.#dead = false
    try {
      return await this.#call(wish)
    } catch (error) {
      if (this.#dead) return null
      if (error instanceof SignalboxError)
        return error.exitCode === 16 || error.exitCode === 18 ? "refused" : error.code
      throw error
    } finally {
      this.#left = Number.POSITIVE_INFINITY
      this.#dead = false
    }
  }

  /** The same call until one gets to its end. */
  async untilDone(wish: Wish, deaths: readonly number[]): Promise<string> {
    for (const diesAfter of deaths) {
      const outcome = await this.once(wish, diesAfter)
      if (outcome !== null) return outcome
    }
    const outcome = await this.once(wish, Number.POSITIVE_INFINITY)
    if (outcome === null) throw new Error("died without being told to")
    return outcome
  }

  setOf(version: string): DeployedSet {
    return setOf(version)
  }

  ledger(): StoredLedger {
    return this.#state("signalbox-ledger", "ledger.json")
  }

  /** Null before the first operation. */
  journal(): StoredJournal | null {
    return this.#state("signalbox-journal", "journal.json")
  }

  revisions(): readonly Revision[] {
    return this.#secrets().map((secret) => {
      const release = decodeRelease(secret)
      return {
        revision: release.version,
        status: release.info.status,
        manifest: release.manifest,
        manifests: manifestsDigest(parseManifests(release.manifest)),
        description: "",
      }
    })
  }

  /** Version that the workload runs. */
  runs(): string | null {
    const labels = this.api.objects.get(deployment)?.metadata.labels
    return labels?.version ?? null
  }

  inTraffic(): boolean {
    return this.api.objects.has(service)
  }

  /** The version a failure would go back to. */
  verifiedVersion(): string | null {
    if (!this.api.objects.has(configMapPath(namespace, "signalbox-ledger"))) return null
    return fallbackOf(this.ledger(), null)?.set.version ?? null
  }

  async #call(wish: Wish): Promise<string> {
    const session = this.session()
    const result = await withLock(session, (lock) =>
      wish.do === "deploy"
        ? deploy(session, lock, prepared(wish.version), "uid-1")
        : goBack(session, lock, "uid-1", { revision: null, reason: "by hand" }),
    )
    return result.outcome
  }

  /** A call of its own in this world. */
  session(more: MemoryCall = {}): DriverSession {
    return memorySession(this.api, this.#clock, {
      call: `call-${++this.#calls}`,
      environment: { load: { profile: "smoke", scale: 1 } },
      actions: (brings) => this.#actions(brings),
      ...more,
    })
  }

  #actions(brings: string | null): Actions {
    return {
      settle: (revision) => settleRevision(this.api, namespace, "app", revision),
      rollOut: async () => this.#upgrade(brings ?? ""),
      returnTo: async (set) => this.#upgrade(set.version),
      smoke: async (set) =>
        this.runs() === set.version && !set.version.startsWith("unsmoked")
          ? { ok: true, note: "smoked" }
          : { ok: false, cause: `smoke test failed on ${set.version}` },
      load: async (set) =>
        set.version.startsWith("unloaded") ? { ok: false, cause: "too slow" } : { ok: true, note: "loaded" },
      outOfTraffic: async () => {
        this.#point()
        this.api.objects.delete(service)
        this.#point()
        return { ok: true, note: "out of traffic" }
      },
      keep: async () => {},
      diagnose: async () => null,
    }
  }

  /** What Helm does, with a place to die between any two of its writes. */
  async #upgrade(version: string): Promise<StepResult> {
    const newest = this.#newest()
    if (newest?.metadata.labels?.status?.startsWith("pending-") === true)
      return { ok: false, cause: "another operation is in progress" }
    const revision = (newest === undefined ? 0 : decodeRelease(newest).version) + 1
    this.#write(revision, version, newest === undefined ? "pending-install" : "pending-upgrade")
    const ready = !version.startsWith("unready")
    this.#point()
    this.api.put(deployment, workload(version, ready))
    this.#point()
    this.api.put(service, { metadata: { name: "web" } })
    if (!ready) {
      this.#write(revision, version, "failed")
      return { ok: false, cause: "not ready in time", untouched: false }
    }
    for (const secret of this.#secrets()) {
      const { version: older, manifest, info } = decodeRelease(secret)
      if (info.status === "deployed") this.#write(older, versionIn(manifest), "superseded")
    }
    this.#write(revision, version, "deployed")
    return { ok: true, note: `revision ${revision}` }
  }

  #write(revision: number, version: string, status: HelmStatus): void {
    this.#point()
    const name = `sh.helm.release.v1.app.v${revision}`
    const release = { name: "app", version: revision, manifest: manifestOf(version), info: { status } }
    const labels = { owner: "helm", name: "app", status, version: String(revision) }
    this.api.put(secretPath(namespace, name), {
      metadata: { name, labels },
      data: { release: encodeRelease(release) },
    })
    this.#point()
  }

  #newest(): KubeObject | undefined {
    return this.#secrets().at(-1)
  }

  #secrets(): readonly KubeObject[] {
    return [...this.api.objects]
      .filter(([path]) => path.includes("/secrets/sh.helm.release.v1.app.v"))
      .map(([, object]) => object)
      .sort((a, b) => decodeRelease(a).version - decodeRelease(b).version)
  }

  #point(): void {
    if (this.#dead || this.#left-- <= 0) {
      this.#dead = true
      throw new Death()
    }
  }

  #state<T>(name: string, key: string): T {
    const data = this.api.objects.get(configMapPath(namespace, name))?.data as
      | Record<string, string>
      | undefined
    return JSON.parse(data?.[key] ?? "null") as T
  }
}

function workload(version: string, ready: boolean): KubeObject {
  const count = ready ? 1 : 0
  return {
    metadata: { name: "web", generation: 1, labels: { version } },
    spec: { replicas: 1 },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: count },
  }
}

const known = ["good-1", "good-2", "unready-3", "unsmoked-4", "good-5", "unloaded-6"]

function versionIn(manifest: string): string {
  return known.find((version) => manifestOf(version) === manifest) ?? "unknown"
}

function prepared(version: string): Prepared {
  const set = setOf(version)
  const manifest = manifestOf(version)
  return {
    record: { version, gates: [], waivers: [], images: [] } as unknown as ReleaseRecord,
    inputs: { chartDirectory: "", chart: new Map(), values: [], work: "" },
    target: { set, manifest, objects: parseManifests(manifest), valueFiles: [], valueTexts: [] },
  }
}
