import { manifestsDigest, parseManifests } from "../../../../src/chart/index.ts"
import { configMapPath, type KubeObject, secretPath } from "../../../../src/deploy/cluster/index.ts"
import {
  decodeRelease,
  describeRevision,
  encodeRelease,
  type HelmStatus,
  type Revision,
} from "../../../../src/deploy/helm/index.ts"
import type { StepResult } from "../../../../src/deploy/steps/tools.ts"
import { sha256 } from "../../../../src/domain/index.ts"
import type { MemoryApi } from "./memory-api.ts"
import { namespace } from "./session.ts"
import { manifestOf } from "./sets.ts"

/** Comes before and after each change of Helm's: the process may die, or others may act there. */
export type Point = () => void | Promise<void>

/** One that no test asks for before all else is done. */
export const lastVersion = "good-7"

/** Versions that a release here may have; what is wrong with one is in its name. */
export const versions = [
  ...["good-1", "good-2", "unready-3", "unsmoked-4", "good-5", "unloaded-6"],
  // The load test of the one never gives a verdict, that of the other does so the second time.
  ...["undecided-8", "patient-9"],
] as const

/** A Helm release in a cluster in memory: its Secrets, one workload with its pod, one Service. */
export class SimulatedRelease {
  readonly #api: MemoryApi
  /** Name of the Helm release. */
  readonly name: string
  readonly #deployment: string
  readonly #service: string
  readonly #pod: string
  #edits = 0
  /** Load tests of versions that need more than one. */
  loads = 0
  /** Versions whose pods do not get ready any more, whatever is done. */
  readonly #sick = new Set<string>()

  /** @param name of the Helm release. @param workload of its workload, pod and Service. */
  constructor(api: MemoryApi, name = "app", workload = "web") {
    this.#api = api
    this.name = name
    this.#deployment = `/apis/apps/v1/namespaces/${namespace}/deployments/${workload}`
    this.#service = `/api/v1/namespaces/${namespace}/services/${workload}`
    this.#pod = `/api/v1/namespaces/${namespace}/pods/${workload}`
  }

  /** Version that the workload runs. */
  runs(): string | null {
    return this.#api.objects.get(this.#deployment)?.metadata.labels?.version ?? null
  }

  inTraffic(): boolean {
    return this.#api.objects.has(this.#service)
  }

  /** Whether the pods of the workload are ready. */
  ready(): boolean {
    const status = this.#api.objects.get(this.#deployment)?.status as
      | { availableReplicas?: number }
      | undefined
    return status?.availableReplicas === 1
  }

  /** The pods that run stop being ready; the next roll-out replaces them. */
  stopPods(): void {
    const version = this.runs()
    if (version !== null) this.#api.put(this.#deployment, workload(version, false))
  }

  /** As `stopPods`, and those that replace them do not get ready either: nothing is left of what they need. */
  sicken(version: string): void {
    this.#sick.add(version)
    if (this.runs() === version) this.stopPods()
  }

  /** Somebody patches the pods' template, each time in another way: `kubectl set env`. The next roll-out replaces it. */
  editEnvironment(): void {
    const object = this.#api.objects.get(this.#deployment)
    if (object === undefined) return
    const env = [{ name: "X", value: `by hand, ${++this.#edits}` }]
    const template = { spec: { containers: [{ name: "web", env }] } }
    this.#api.put(this.#deployment, { ...object, spec: { ...(object.spec as object), template } })
  }

  /** Somebody sets another image: `kubectl set image`. */
  editImage(): void {
    const pod = this.#api.objects.get(this.#pod)
    if (pod !== undefined) this.#api.put(this.#pod, { ...pod, ...podOf("by-hand"), metadata: pod.metadata })
  }

  /** Somebody deletes the Service. */
  deleteService(): void {
    this.#api.objects.delete(this.#service)
  }

  async outOfTraffic(keep: readonly string[], point: Point): Promise<StepResult> {
    await point()
    if (!keep.includes("Service/web")) this.#api.objects.delete(this.#service)
    await point()
    return { ok: true, note: "out of traffic" }
  }

  revisions(): readonly Revision[] {
    return this.#secrets().map((secret) => {
      const { version, manifest, info } = decodeRelease(secret)
      const manifests = manifestsDigest(parseManifests(manifest))
      return { revision: version, status: info.status, manifest, manifests, description: "" }
    })
  }

  /**
   * What Helm does. As the real one it reads the history once, makes its revision only where nobody else has, and
   * writes everything else whatever lies there by then.
   */
  async upgrade(version: string, point: Point): Promise<StepResult> {
    await point()
    const history = this.#secrets()
    await point()
    const newest = history.at(-1)
    const before = newest === undefined ? 0 : revisionOf(newest)
    if (newest?.metadata.labels?.status?.startsWith("pending-") === true)
      return this.#refused("another operation is in progress", before)
    const revision = before + 1
    await point()
    if (this.#api.objects.has(this.#path(revision)))
      return this.#refused("the revision already exists", before)
    this.#put(revision, version, newest === undefined ? "pending-install" : "pending-upgrade")
    await point()
    const ready = !version.startsWith("unready") && !this.#sick.has(version)
    await this.#change(point, () => {
      this.#api.put(this.#deployment, workload(version, ready))
      this.#api.put(this.#pod, podOf(version))
    })
    await this.#change(point, () => this.#api.put(this.#service, { metadata: { name: "web" } }))
    if (!ready) {
      await this.#change(point, () => this.#put(revision, version, "failed"))
      return { ok: false, cause: "not ready in time", untouched: false }
    }
    for (const secret of history.filter((one) => one.metadata.labels?.status === "deployed")) {
      const { version: older, manifest } = decodeRelease(secret)
      await this.#change(point, () => this.#put(older, versionIn(manifest), "superseded"))
    }
    await this.#change(point, () => this.#put(revision, version, "deployed"))
    return { ok: true, note: `revision ${revision}` }
  }

  #refused(cause: string, before: number): StepResult {
    return { ok: false, cause, untouched: this.revisions().at(-1)?.revision === before }
  }

  async #change(point: Point, change: () => void): Promise<void> {
    await point()
    change()
    await point()
  }

  /** Somebody runs `helm upgrade` beside us; its pods get ready. */
  foreign(version: string): void {
    const newest = this.#secrets().at(-1)
    for (const secret of this.#secrets()) {
      const { version: older, manifest, info } = decodeRelease(secret)
      if (info.status === "deployed") this.#put(older, versionIn(manifest), "superseded", info.description)
    }
    const revision = (newest === undefined ? 0 : revisionOf(newest)) + 1
    this.#put(revision, version, "deployed", "Upgrade complete")
    this.#api.put(this.#deployment, workload(version, true))
    this.#api.put(this.#pod, podOf(version))
    this.#api.put(this.#service, { metadata: { name: "web" } })
  }

  #put(
    revision: number,
    version: string,
    status: HelmStatus,
    description = this.#description(revision, version),
  ): void {
    const { name } = this
    const release = { name, version: revision, manifest: manifestOf(version), info: { status, description } }
    const labels = { owner: "helm", name, status, version: String(revision) }
    const metadata = { name: secretName(name, revision), labels }
    this.#api.put(this.#path(revision), { metadata, data: { release: encodeRelease(release) } })
  }

  /** Names the operation that made the revision, whatever becomes of it later. */
  #description(revision: number, version: string): string {
    const made = this.#api.objects.get(this.#path(revision))
    if (made !== undefined) return decodeRelease(made).info.description ?? ""
    const journal = this.#api.objects.get(configMapPath(namespace, "signalbox-journal"))?.data
    const text = (journal as Record<string, string> | undefined)?.["journal.json"]
    const { operation } = JSON.parse(text ?? '{"operation":"unknown"}') as { operation: string }
    return describeRevision(operation, version)
  }

  #path(revision: number): string {
    return secretPath(namespace, secretName(this.name, revision))
  }

  #secrets(): readonly KubeObject[] {
    return [...this.#api.objects]
      .filter(([key]) => key.includes(`/secrets/${secretName(this.name, "")}`))
      .map(([, object]) => object)
      .sort((a, b) => revisionOf(a) - revisionOf(b))
  }
}

function secretName(name: string, revision: number | ""): string {
  return `sh.helm.release.v1.${name}.v${revision}`
}

function revisionOf(secret: KubeObject): number {
  return Number(secret.metadata.labels?.version)
}

function workload(version: string, ready: boolean): KubeObject {
  const count = ready ? 1 : 0
  return {
    metadata: { name: "web", generation: 1, labels: { version } },
    spec: { replicas: 1 },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: count },
  }
}

function podOf(version: string): KubeObject {
  const labels = { "app.kubernetes.io/instance": "app", "app.kubernetes.io/component": "web" }
  const image = `web@${sha256(version)}`
  return {
    metadata: { name: "web", labels },
    spec: { containers: [{ name: "web", image }] },
    status: { phase: "Running", containerStatuses: [{ name: "web", imageID: image }] },
  }
}

function versionIn(manifest: string): string {
  return [...versions, lastVersion].find((version) => manifestOf(version) === manifest) ?? "unknown"
}
