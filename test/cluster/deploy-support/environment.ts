import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { chartDigest, readChart } from "../../../src/chart/index.ts"
import { systemClock } from "../../../src/deploy/clock.ts"
import { type ClusterApi, HttpsClusterApi } from "../../../src/deploy/cluster/index.ts"
import { type Credentials, credentialsOf, readKubeconfig } from "../../../src/deploy/kubeconfig/index.ts"
import type { StatusReport } from "../../../src/deploy/report.ts"
import type { DriverCommand, DriverRequestInput } from "../../../src/deploy/request.ts"
import { StateStore, type StoredJournal, type StoredLedger } from "../../../src/deploy/state/index.ts"
import {
  type Digest,
  type Ledger,
  type ReleaseRecord,
  SignalboxError,
  sha256,
} from "../../../src/domain/index.ts"
import { namespaceKubeconfig } from "../../../toolchain/cluster/tenant/kubeconfig.ts"
import { Door } from "./door.ts"
import { type DriverProcess, startDriver } from "./driver.ts"
import { type DriverEnd, finished } from "./driver-end.ts"
import { pushTestImage, type TestImage } from "./image.ts"
import { testInstance } from "./instance.ts"
import { kubectl } from "./kubectl.ts"

export type { DriverEnd } from "./driver-end.ts"

export const chart = new URL("../../../charts/signalbox-app", import.meta.url).pathname

/** What a call adds to the defaults below. */
export type Question = Partial<DriverRequestInput>

/** A namespace of its own with the rights of a deployer, and the driver run against it as a user's call would. */
export class TestEnvironment {
  readonly namespace: string
  readonly kubeconfig: string
  readonly directory: string
  /** Chart directory of releases and calls from then on. */
  chart = chart
  /** Files that the chart has beside its own, by their path in it; for releases and calls from then on. */
  chartFiles: Readonly<Record<string, string>> = {}
  /** Kubeconfig of the calls from then on. Default: the deployer's. */
  account: string | undefined
  /** Calls are numbered after it: no two of an environment may have the same name. */
  callName = "call"
  /** smoke.yaml of the calls from then on. */
  smoke = smoke
  #door: Door | undefined
  #calls = 0
  #api: HttpsClusterApi | undefined

  private constructor(namespace: string, kubeconfig: string, directory: string) {
    this.namespace = namespace
    this.kubeconfig = kubeconfig
    this.directory = directory
  }

  /** @param namespace one that has to have this very name; it is waited for until it is gone. */
  static async create(name: string, namespace = anyNamespace(name)): Promise<TestEnvironment> {
    const kubeconfig = await namespaceKubeconfig(testInstance, namespace)
    return new TestEnvironment(namespace, kubeconfig, await mkdtemp(join(tmpdir(), `signalbox-${name}-`)))
  }

  async remove(): Promise<void> {
    this.#api?.close()
    this.#door?.close()
    await kubectl(["delete", "namespace", this.namespace, "--wait=false"])
    await rm(this.directory, { recursive: true, force: true })
    await rm(this.kubeconfig, { force: true })
  }

  /** A release of the test application: record, digests and all. */
  async release(image: TestImage, more: Partial<ReleaseRecord> = {}): Promise<ReleaseRecord> {
    const { repository, digest } = await pushTestImage(image)
    const seed = sha256(`${image.kind} ${image.version}`)
    return {
      schemaVersion: 1,
      project: "test",
      version: image.version,
      source: { commit: seed.slice(7, 47), tree: seed.slice(7, 47) },
      images: [{ component: "web", repository, digest, platform: "linux/amd64", bytes: 1 }],
      chart: { name: "signalbox-app", version: "0.1.0", digest: await this.#chartDigest() },
      gates: [],
      policy: { source: "base", ref: "refs/remotes/origin/main", branch: "main", hash: seed },
      waivers: [],
      builder: { name: "test", version: "1", engine: "test" },
      created: "2026-01-01T00:00:00Z",
      ...more,
    }
  }

  /** @param script the release's load.js. */
  async call(
    command: DriverCommand,
    question: Question = {},
    values = testValues,
    script = load,
  ): Promise<DriverEnd> {
    const started = await this.start(command, question, values, script)
    return started.end
  }

  /** Starts a call without waiting for its end. */
  async start(
    command: DriverCommand,
    question: Question = {},
    values = testValues,
    script = load,
  ): Promise<{ readonly process: DriverProcess; readonly end: Promise<DriverEnd> }> {
    const id = `${this.callName}-${++this.#calls}`
    const input = join(this.directory, id, "input")
    const out = join(this.directory, id, "out")
    await mkdir(join(input, "values"), { recursive: true })
    await cp(this.chart, join(input, "chart"), { recursive: true })
    for (const [path, text] of Object.entries(this.chartFiles)) {
      await mkdir(dirname(join(input, "chart", path)), { recursive: true })
      await writeFile(join(input, "chart", path), text)
    }
    await writeFile(join(input, "values", "base.yaml"), values)
    await writeFile(join(input, "smoke.yaml"), this.smoke)
    await writeFile(join(input, "load.js"), script)
    const request = { ...this.#request(id), ...question }
    await writeFile(join(input, "request.json"), JSON.stringify(request))
    const process = startDriver([
      command,
      "--input",
      join(input, "request.json"),
      "--kubeconfig",
      this.account ?? this.#door?.kubeconfig ?? this.kubeconfig,
      "--out",
      out,
    ])
    return { process, end: process.end.then((end) => finished(end, out)) }
  }

  environment(overrides: Partial<DriverRequestInput["environment"]> = {}): DriverRequestInput["environment"] {
    return {
      schemaVersion: 1,
      name: "test",
      namespace: this.namespace,
      release: "app",
      access: { kind: "service-proxy", component: "web" },
      timeouts: { rollout: "40s", rollback: "40s", smoke: "20s", load: "60s" },
      lock: { ttl: "4s", renew: "700ms", giveUp: "3s", wait: "7s" },
      load: { profile: "none", scale: 1 },
      acceptedDatabases: [{ name: "signalbox-fixture", maxAge: "9999d" }],
      ...overrides,
    }
  }

  #request(id: string): DriverRequestInput {
    return {
      schemaVersion: 1,
      project: "test",
      environment: this.environment(),
      components: { web: { port: 8080, health: "/health" } },
      holder: { who: `tester-${this.#calls}`, id },
      operation: id,
      date: new Date().toISOString(),
      values: ["base.yaml"],
    }
  }

  async #chartDigest(): Promise<Digest> {
    const bytes = (text: string) => new TextEncoder().encode(text)
    const added = Object.entries(this.chartFiles).map(([path, text]) => [path, bytes(text)] as const)
    return chartDigest(new Map([...(await readChart(this.chart)), ...added]))
  }

  /**
   * An account of this namespace with rights of its own, for a call that may not do everything.
   * @param boundTo a Secret, with which its credential ends.
   * @returns its kubeconfig
   */
  async accountWith(name: string, verbs: readonly string[], boundTo?: string): Promise<string> {
    const rule = { apiGroups: ["*"], resources: ["*"], verbs }
    const metadata = { name }
    const subject = { kind: "ServiceAccount", name, namespace: this.namespace }
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name }
    const group = "rbac.authorization.k8s.io/v1"
    const items = [
      { apiVersion: "v1", kind: "ServiceAccount", metadata },
      { apiVersion: group, kind: "Role", metadata, rules: [rule] },
      { apiVersion: group, kind: "RoleBinding", metadata, subjects: [subject], roleRef },
    ]
    await this.kubectl(
      ["apply", "--filename", "-"],
      JSON.stringify({ apiVersion: "v1", kind: "List", items }),
    )
    const bound =
      boundTo === undefined ? [] : ["--bound-object-kind", "Secret", "--bound-object-name", boundTo]
    const token = (await this.kubectl(["create", "token", name, ...bound])).trim()
    const text = JSON.parse(await readFile(this.#door?.kubeconfig ?? this.kubeconfig, "utf8")) as {
      users: [{ user: object }]
    }
    text.users[0].user = { token }
    const path = join(this.directory, `${name}.kubeconfig`)
    await writeFile(path, JSON.stringify(text), { mode: 0o600 })
    return path
  }

  /** Digests that the pods report, read with kubectl, never from our records. */
  async podDigests(): Promise<readonly string[]> {
    const pods = await this.kubectlJson<{ items: readonly PodSeen[] }>(["get", "pods"])
    const live = pods.items.filter((pod) => pod.metadata.deletionTimestamp === undefined)
    const ids = live.flatMap((pod) => (pod.status?.containerStatuses ?? []).map((one) => one.imageID))
    return [...new Set(ids.map((id) => id.slice(id.indexOf("sha256:"))))].sort()
  }

  /** The administrator's kubectl in this namespace. */
  async kubectl(args: readonly string[], input?: string): Promise<string> {
    return kubectl(["--namespace", this.namespace, ...args], input)
  }

  async kubectlJson<T>(args: readonly string[]): Promise<T> {
    return JSON.parse(await this.kubectl([...args, "--output", "json"])) as T
  }

  /** The journal as it is this moment; null before the first operation. */
  async journal(): Promise<StoredJournal | null> {
    return (await new StateStore(await this.api(), this.namespace).readJournal())?.value ?? null
  }

  /** The ledger as it is this moment, whichever environment's it is; null before the first operation. */
  async ledger(): Promise<StoredLedger | null> {
    return (await new StateStore(await this.api(), this.namespace).readLedger())?.value ?? null
  }

  /** The API server with the deployer's own rights. */
  async api(): Promise<ClusterApi> {
    this.#api ??= new HttpsClusterApi(await this.credentials(), { clock: systemClock })
    return this.#api
  }

  async credentials(): Promise<Credentials> {
    const text = await readFile(this.kubeconfig, "utf8")
    return credentialsOf(readKubeconfig(text), { server: null, caFingerprint: null })
  }

  /** Whether the API server does not know, or no longer knows, who calls with a kubeconfig. */
  async refuses(kubeconfig: string): Promise<boolean> {
    const text = await readFile(kubeconfig, "utf8")
    const credentials = credentialsOf(readKubeconfig(text), { server: null, caFingerprint: null })
    const api = new HttpsClusterApi(credentials, { clock: systemClock })
    try {
      await api.json("/version")
      return false
    } catch (error) {
      if (error instanceof SignalboxError && error.code === "CLUSTER_REFUSED") return true
      throw error
    } finally {
      api.close()
    }
  }

  /** From now on every call goes through the door that is returned. */
  async putDoor(): Promise<Door> {
    this.#door ??= await Door.before(await this.credentials(), this.namespace, this.directory)
    return this.#door
  }

  /** Status and ledger as the driver sees them, of the environment of this class's own calls. */
  async observe(): Promise<{ status: StatusReport; ledger: Ledger }> {
    const end = await this.call("observe")
    return {
      status: await end.json<StatusReport>("status.json"),
      ledger: await end.json<Ledger>("ledger.json"),
    }
  }
}

const anyNamespace = (name: string) => `t-${name}-${Math.random().toString(36).slice(2, 7)}`

interface PodSeen {
  readonly metadata: { readonly deletionTimestamp?: string }
  readonly status?: { readonly containerStatuses?: readonly { readonly imageID: string }[] }
}

/** One quick pod; the chart's own defaults are for people's applications. */
export const testValues = `
components:
  web:
    replicas: 1
    health: { liveness: /alive, readiness: /health }
    resources:
      requests: { cpu: 5m, memory: 8Mi }
      limits: { cpu: 200m, memory: 32Mi }
    drainSeconds: 0
    graceSeconds: 1
    startupSeconds: 20
`

/** What proves the test application. */
export const smoke = `
retries: { attempts: 3, delay: 300ms }
checks:
  - name: health and version
    component: web
    path: /health
    expect: { status: 200, json: { status: healthy, version: "\${VERSION}" } }
  - name: page
    path: /
    expect: { status: 200, contains: "version \${VERSION}" }
`

export const load = `
import http from "k6/http"
import { check, sleep } from "k6"
export default function () {
  check(http.get(__ENV.BASE_URL + "/health"), { healthy: (r) => r.status === 200 })
  sleep(0.05)
}
`
