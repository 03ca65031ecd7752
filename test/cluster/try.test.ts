/** An uncommitted tree on a cluster: with its ports open while the call lasts, and nothing that a release could be taken for. */
import { readFileSync } from "node:fs"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { caFingerprint } from "../../src/deploy/kubeconfig/index.ts"
import { adminKubeconfig } from "../../toolchain/cluster/index.ts"
import { network } from "../../toolchain/network.ts"
import { eventually, finalError, type Outcome, type Running } from "../engine/harness/index.ts"
import { type Project, project, publishedBy, told } from "../engine/support/project.ts"
import { testInstance } from "./deploy-support/instance.ts"
import { kubectl } from "./deploy-support/kubectl.ts"

const seconds = 400
vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

const values = `components:
  web:
    replicas: 1
    resources: { requests: { cpu: 5m, memory: 32Mi }, limits: { cpu: 500m, memory: 128Mi } }
    drainSeconds: 0
    graceSeconds: 1
`
const greeting = (word: string) => `export function greeting(path) {\n  return \`${word} \${path}\`\n}\n`

let here: Project
let namespace: string
let kubeconfig: string
let running: Running | undefined

beforeAll(async () => {
  here = await project("try-staging", "plain")
  namespace = `${here.name}-try-ada`
  // As those of local clusters are: from inside a container its address leads nowhere.
  const document = JSON.parse(readFileSync(adminKubeconfig(testInstance), "utf8"))
  document.clusters[0].cluster.server = `https://127.0.0.1:${testInstance.forwardPort}`
  kubeconfig = JSON.stringify(document)
  await here.write({ "try.yaml": values, "src/greeting.js": greeting("tried") })
})
afterAll(async () => {
  running?.signal("SIGINT")
  await running?.outcome
  await kubectl(["delete", "namespace", namespace, "--ignore-not-found", "--wait=false"])
  await here?.[Symbol.asyncDispose]()
})

const access = [
  ...[
    "--kubeconfig",
    "env://TRY",
    "--cluster",
    `tcp://localhost:${testInstance.forwardPort}`,
    "--name",
    "ada",
  ],
]

function started(...more: readonly string[]): Running {
  const args = ["try", ...access, "--values", "try.yaml", ...more, "up"]
  return here.start(args, { timeout: seconds, env: { TRY: kubeconfig } })
}

function end(): Promise<Outcome> {
  return here.call(["try-end", ...access], { env: { TRY: kubeconfig } })
}

const answer = () =>
  fetch("http://127.0.0.1:8080/ferry")
    .then((response) => response.text())
    .catch(() => "")

/** What the component answers, as soon as it is the wanted word; a call that ends before says why. */
function answers(call: Running, word: string): Promise<string> {
  const ended = call.outcome.then((outcome) => Promise.reject(new Error(finalError(outcome))))
  return Promise.race([eventually(answer, (text) => text.startsWith(word), seconds), ended])
}

async function stop(): Promise<void> {
  running?.signal("SIGINT")
  await running?.outcome
  running = undefined
}

it("runs what is there now, on the component's port", async () => {
  running = started()
  expect(await answers(running, "tried")).toBe("tried /ferry")
})

it("leaves no record, no lock and no ledger: nothing that a release could be taken for", async () => {
  const list = await kubectl(["--namespace", namespace, "get", "configmaps,leases", "--output", "name"])
  expect(list.match(/signalbox/g)).toBeNull()
  const published = await publishedBy(here.name)
  expect(published).toEqual([expect.stringMatching(/\/try\/web:try$/)])
})

it("has the way open again after its pod was replaced", async () => {
  await kubectl(["--namespace", namespace, "delete", "pod", "--all", "--wait=true"])
  if (running === undefined) throw new Error("nothing runs")
  await kubectl(["--namespace", namespace, "rollout", "status", "deployment/web", "--timeout=120s"])
  expect(await answers(running, "tried")).toBe("tried /ferry")
})

it("closes its ports with Ctrl-C, and leaves running what it rolled out", async () => {
  await stop()
  expect(await answer()).toBe("")
  const pods = ["get", "pods", "--field-selector", "status.phase=Running", "--output", "name"]
  expect(await kubectl(["--namespace", namespace, ...pods])).toMatch(/^pod\/web-/)
})

it("called again, upgrades it; by a registry that the call reaches as a service", async () => {
  await here.write({ "src/greeting.js": greeting("again") })
  const registry = [
    "--registry",
    `${network.registry}/tries`,
    "--registry-service",
    `tcp://${network.registry}`,
  ]
  running = started(...registry)
  expect(await answers(running, "again")).toBe("again /ferry")
  const image = "jsonpath={.items[0].spec.containers[0].image}"
  const found = await kubectl(["--namespace", namespace, "get", "pods", "--output", image])
  expect(found).toMatch(new RegExp(`^${network.registry}/tries/${here.name}/try/web@sha256:[0-9a-f]{64}$`))
  await stop()
})

it("tells why its pods do not come up, with 10", async () => {
  await here.write({ "src/index.js": "process.exit(3)\n" })
  const outcome = await started().outcome
  expect(outcome.code).toBe(10)
  expect(told(finalError(outcome)).errors).toEqual(["STEP_FAILED: the tree does not come up on the cluster"])
  expect(finalError(outcome)).toMatch(/why: +crash: web-\S+\/web: exit code 3/)
})

it("is refused with 16 on the cluster of a protected environment, before anything is built", async () => {
  const staging = await here.files.read("environments/staging.yaml")
  const document = JSON.parse(kubeconfig)
  const authority = Buffer.from(document.clusters[0].cluster["certificate-authority-data"], "base64")
  const pin = `cluster: { caFingerprint: "${caFingerprint(authority.toString("utf8"))}" }\nprotected: true\n`
  await here.write({ "environments/staging.yaml": `${staging}${pin}` })
  const outcome = await started().outcome
  await here.write({ "environments/staging.yaml": staging })
  expect(outcome.code).toBe(16)
  expect(told(finalError(outcome)).errors).toEqual([
    "POLICY_REFUSED: this is the cluster of staging, which is protected",
  ])
  expect(outcome.stderr).not.toMatch(/withExec node \S+\/image\/main\.ts/)
})

it("ends with all that it made, once", async () => {
  const first = await end()
  expect([first.code, first.stdout.trim()]).toEqual([0, `deleted namespace ${namespace}`])
  await kubectl(["wait", "--for=delete", `namespace/${namespace}`, "--timeout=120s"])
  const second = await end()
  expect([second.code, second.stdout.trim()]).toEqual([0, `there is no namespace ${namespace}`])
})
