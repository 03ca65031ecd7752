/**
 * Staging and production on two clusters that share nothing but the registry, both reached as a laptop reaches its own:
 * by a kubeconfig that names 127.0.0.1, and `--cluster tcp://localhost:PORT`.
 */
import { readFileSync } from "node:fs"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { caFingerprint } from "../../src/deploy/kubeconfig/index.ts"
import {
  adminKubeconfig,
  type ClusterInstance,
  files,
  namespaceKubeconfig,
} from "../../toolchain/cluster/index.ts"
import { finalError, type Outcome } from "../engine/harness/index.ts"
import { type Project, told } from "../engine/support/project.ts"
import { TestEnvironment } from "./deploy-support/environment.ts"
import { testInstance } from "./deploy-support/instance.ts"
import { releasedShop, version } from "./deploy-support/shop.ts"
import { cluster, forget, instance } from "./toolchain-support/instance.ts"
import { kubectlOutput } from "./toolchain-support/kubectl.ts"

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

const namespace = "shop-production"
let staging: TestEnvironment
let here: Project
/** Kubeconfigs as texts, by environment. */
let secrets: { readonly STAGING: string; readonly PRODUCTION: string }

beforeAll(async () => {
  await forget()
  await cluster.up()
  staging = await TestEnvironment.create("two-clusters")
  secrets = {
    STAGING: atLoopback(staging.kubeconfig, testInstance),
    PRODUCTION: atLoopback(await namespaceKubeconfig(instance, namespace), instance),
  }
  here = await releasedShop({
    staging: { namespace: staging.namespace, cluster: pins(testInstance) },
    production: { namespace, protected: true, promotesFrom: "staging", cluster: pins(instance) },
  })
  const deployed = await call("deploy", ["--environment", "staging", "--release", version], {
    kubeconfig: "STAGING",
    cluster: testInstance,
  })
  if (deployed.code !== 0) throw new Error(`staging has no release: ${finalError(deployed)}`)
})

afterAll(async () => {
  await here?.[Symbol.asyncDispose]()
  await staging?.remove()
  await forget()
})

it.each([
  ["the kubeconfig of staging", { kubeconfig: "STAGING", cluster: testInstance } as const],
  ["production's address, and the authority of staging", { kubeconfig: "MIXED", cluster: instance } as const],
])("%s is not taken for production's: refused, and nothing changes", async (_, to) => {
  const before = await everything()
  const outcome = await promote(to)
  expect(outcome.code).toBe(13)
  expect(told(finalError(outcome)).errors).toEqual([
    expect.stringMatching(/^KUBECONFIG_REFUSED: .*another cluster/),
  ])
  expect(await everything()).toEqual(before)
})

it("production takes, once approved, the very digests that run in the other cluster's staging", async () => {
  const production = { kubeconfig: "PRODUCTION", cluster: instance } as const
  const stopped = await promote(production)
  expect(stopped.code).toBe(17)
  const hash = /--approve (sha256:[0-9a-f]{64})/.exec(stopped.stdout + stopped.stderr)?.[1] ?? "none"
  expect(await digestsIn(instance)).toEqual([])
  const outcome = await promote(production, "--approve", hash)
  expect({ code: outcome.code, error: finalError(outcome) }).toEqual({ code: 0, error: "" })
  const digests = await staging.podDigests()
  expect(digests).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/)])
  expect(await digestsIn(instance)).toEqual(digests)
})

interface Reached {
  readonly kubeconfig: "STAGING" | "PRODUCTION" | "MIXED"
  readonly cluster: ClusterInstance
}

function promote(to: Reached, ...more: readonly string[]): Promise<Outcome> {
  const from = ["--from-kubeconfig", "env://STAGING", "--from-cluster", service(testInstance)]
  const route = ["--release", version, "--from", "staging", "--to", "production"]
  return call("promote", [...route, ...from, ...more], to)
}

function call(name: string, args: readonly string[], { kubeconfig, cluster }: Reached): Promise<Outcome> {
  const access = ["--kubeconfig", `env://${kubeconfig}`, "--cluster", service(cluster)]
  return here.call([name, ...args, ...access], { env: { ...secrets, MIXED: mixed() } })
}

const service = ({ forwardPort }: ClusterInstance): string => `tcp://localhost:${forwardPort}`
const loopback = ({ forwardPort }: ClusterInstance): string => `https://127.0.0.1:${forwardPort}`

/** A kubeconfig as those of local clusters are: from inside a container, its address leads nowhere. */
function atLoopback(file: string, of: ClusterInstance): string {
  const document = JSON.parse(readFileSync(file, "utf8"))
  document.clusters[0].cluster.server = loopback(of)
  return JSON.stringify(document)
}

function mixed(): string {
  const document = JSON.parse(secrets.PRODUCTION)
  const other = JSON.parse(secrets.STAGING)
  const key = "certificate-authority-data"
  document.clusters[0].cluster[key] = other.clusters[0].cluster[key]
  return JSON.stringify(document)
}

const pins = (of: ClusterInstance) => ({
  server: loopback(of),
  caFingerprint: caFingerprint(readFileSync(files(of).authority, "utf8")),
})

/** Kind, name and version of what lies in both environments. */
async function everything(): Promise<readonly string[]> {
  const kinds = "configmaps,secrets,leases,deployments,replicasets,services,pods"
  const list = ["get", kinds, "--output", "json"]
  const texts = [
    await staging.kubectl(list),
    await kubectlOutput(adminKubeconfig(instance), ["--namespace", namespace, ...list]),
  ]
  return texts.flatMap((text) => {
    const { items } = JSON.parse(text) as { items: readonly Found[] }
    return items.map(({ kind, metadata }) => `${kind}/${metadata.name} ${metadata.resourceVersion}`).sort()
  })
}

interface Found {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly resourceVersion: string }
}

/** Digests that the pods of production report. */
async function digestsIn(of: ClusterInstance): Promise<readonly string[]> {
  const path = "jsonpath={.items[*].status.containerStatuses[*].imageID}"
  const text = await kubectlOutput(adminKubeconfig(of), ["--namespace", namespace, "get", "pods", "-o", path])
  const ids = text.split(" ").filter((id) => id !== "")
  return [...new Set(ids.map((id) => id.slice(id.indexOf("sha256:"))))].sort()
}
