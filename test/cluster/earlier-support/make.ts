/**
 * Makes test/recorded/earlier/ anew, by the code of an earlier commit on the toolchain's cluster:
 *   node test/cluster/earlier-support/make.ts CHECKOUT
 * CHECKOUT is that commit's tree with its dependencies installed. Needs `as` and `ld`.
 */
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { GateReportData, GateResult, ReleaseRecord } from "../../../src/domain/index.ts"
import { network } from "../../../toolchain/network.ts"
import { toolPath } from "../deploy-support/tools.ts"
import { digestOf, pull, push } from "./artifacts.ts"
import { dump } from "./namespace.ts"
import { serverImages } from "./server-image.ts"

const recorded = resolve(import.meta.dirname, "../../recorded/earlier")
const tree = resolve(process.argv[2] ?? "")
// Its own tools need not be built: they are the same programs.
process.env.SIGNALBOX_TEST_TOOLS = toolPath

type Environments = typeof import("../deploy-support/environment.ts")
type Environment = import("../deploy-support/environment.ts").TestEnvironment
type Canonical = typeof import("../../../src/domain/index.ts")
type Records = Readonly<Record<string, ReleaseRecord>>
interface Release {
  evidenceOf(report: Pick<GateReportData, "gates">): Pick<ReleaseRecord, "gates" | "waivers">
}
const earlier = async <T>(path: string): Promise<T> => (await import(join(tree, path))) as T
const support = await earlier<Environments>("test/cluster/deploy-support/environment.ts")
const tenants = await earlier<typeof import("../../../toolchain/cluster/tenant/kubeconfig.ts")>(
  "toolchain/cluster/tenant/kubeconfig.ts",
)
const { testInstance } = await earlier<typeof import("../deploy-support/instance.ts")>(
  "test/cluster/deploy-support/instance.ts",
)
const { evidenceOf } = await earlier<Release>("src/release/index.ts")
const { canonicalJson, toJson } = await earlier<Canonical>("src/domain/index.ts")

const images = await serverImages(join(recorded, "server.s"), {
  ...{ "1.0.0": "healthy", "1.1.0": "healthy", "1.2.0": "healthy", "1.3.0": "unhealthy" },
})
await push(images)
save("images", images)

const gate: GateResult = {
  ...{ gate: "unit", verdict: "pass", summary: "1 test", tools: [{ name: "vitest", version: "4.1.0" }] },
  ...{ findings: [], waived: [], figures: { tests: 1 }, reports: {} },
}

// A load test, and with it what the plan holds the release against.
const tested = {
  load: { profile: "smoke", scale: 0.05 },
  objectives: { errorRate: 0.5, p95Ms: 5000, availability: 0.5, minimumRequests: 5 },
} as const

await inNamespace("t-earlier-verified", async (env, records) => {
  await publish(env, records)
  for (const version of ["1.0.0", "1.1.0", "1.2.0"]) await deploy(env, recordOf(records, version), 0)
  const rolledBack = await env.call("rollback", { rollback: { reason: "customers complain" } })
  if (rolledBack.code !== 0) throw new Error(rolledBack.stderr)
  await deploy(env, recordOf(records, "1.3.0"), 15)
  const environment = env.environment(tested)
  const deployment = await env.call("plan", { record: recordOf(records, "1.1.0"), environment })
  const rollback = await env.call("rollback", { environment, rollback: { rehearse: true } })
  save("plans", { deployment: planIn(deployment.out), rollback: planIn(rollback.out) })
})
await inNamespace("t-earlier-roll-out", async (env, records) => {
  await deploy(env, recordOf(records, "1.0.0"), 0)
  await killedIn(env, "roll-out", recordOf(records, "1.1.0"), "pending-upgrade")
})
await inNamespace("t-earlier-way-back", async (env, records) => {
  await deploy(env, recordOf(records, "1.0.0"), 0)
  await killedIn(env, "return", recordOf(records, "1.3.0"), "pending-rollback")
})

async function inNamespace(
  namespace: string,
  act: (env: Environment, records: Records) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-earlier-"))
  const kubeconfig = await tenants.namespaceKubeconfig(testInstance, namespace)
  const env = Reflect.construct(support.TestEnvironment, [namespace, kubeconfig, directory]) as Environment
  try {
    await act(env, await recordsOf(env))
    save(namespace.slice("t-earlier-".length), await dump(namespace))
  } finally {
    await env.remove()
  }
}

async function recordsOf(env: Environment): Promise<Records> {
  const all = Object.entries(images.manifests).map(async ([version, manifest]) => {
    const digest = digestOf(manifest) as ReleaseRecord["images"][number]["digest"]
    const repository = `${network.registry}/${images.repository}`
    const image = { component: "web", repository, digest, platform: "linux/amd64", bytes: manifest.length }
    const record = await env.release(
      { version, kind: "good" },
      { images: [image], ...evidenceOf({ gates: [gate] }) },
    )
    return [version, record] as const
  })
  return Object.fromEntries(await Promise.all(all))
}

function recordOf(records: Records, version: string): ReleaseRecord {
  const record = records[version]
  if (record === undefined) throw new Error(`there is no image of ${version}`)
  return record
}

/** The program that keeps evidence is given what `publish` gives it. */
async function publish(env: Environment, records: Records): Promise<void> {
  const prefix = `${network.applicationImages.slice(network.registry.length + 1)}/earlier`
  const store = join(env.directory, "store.json")
  const registry = { kind: "registry", registry: network.registry, prefix, insecure: true }
  writeFileSync(store, JSON.stringify(registry))
  for (const record of Object.values(records)) {
    const files = join(env.directory, `release-${record.version}`)
    for (const folder of ["gates", "values"]) mkdirSync(join(files, folder), { recursive: true })
    cpSync(support.chart, join(files, "chart"), { recursive: true })
    const texts = {
      ...{ "record.json": canonicalJson(toJson(record)), "gates/unit.json": canonicalJson(toJson(gate)) },
      ...{ "values/base.yaml": support.testValues, "smoke.yaml": support.smoke, "load.js": support.load },
    }
    for (const [path, text] of Object.entries(texts)) writeFileSync(join(files, path), text)
    const args = ["--store", store, "--kind", "releases", "--key", `v${record.version}`, "--in", files]
    const program = join(tree, "src/release/store/main.ts")
    execFileSync(process.execPath, [program, "put", ...args, "--out", join(env.directory, "put")])
  }
  const tags = Object.keys(records).map((version) => `v${version}`)
  save("evidence", await pull(`${prefix}/releases`, tags))
}

/** Kills the driver, and all that it started, once a step has brought Helm's release into a state. */
async function killedIn(
  env: Environment,
  step: string,
  record: ReleaseRecord,
  status: string,
): Promise<void> {
  const stopped = (await env.putDoor()).stopIn(step)
  const { process: driver, end } = await env.start("run", { record, environment: env.environment(tested) })
  const letGo = await Promise.race([stopped, end])
  if (typeof letGo !== "function") throw new Error(`it ended before ${step}: ${letGo.stderr}`)
  letGo()
  const selector = ["get", "secrets", "--selector", `owner=helm,status=${status}`, "--output", "name"]
  while ((await env.kubectl(selector)) === "") await sleep(20)
  // Until its pods are told of the change, and before they are ready.
  await sleep(300)
  driver.kill()
  await end
}

function planIn(directory: string): { plan: unknown; hash: string } {
  const read = (name: string) => readFileSync(join(directory, name), "utf8")
  return { plan: JSON.parse(read("plan.json")), hash: read("plan.hash").trim() }
}

async function deploy(env: Environment, record: ReleaseRecord, code: number): Promise<void> {
  const end = await env.call("run", { record, environment: env.environment(tested) })
  if (end.code !== code) throw new Error(`ended with ${end.code}, not ${code}: ${end.stderr}`)
}

function save(name: string, value: unknown): void {
  writeFileSync(join(recorded, `${name}.json`), `${JSON.stringify(value, null, 1)}\n`)
}
