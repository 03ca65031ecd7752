import { spawn } from "node:child_process"
import { readFileSync, rmSync, statSync } from "node:fs"
import { request } from "node:https"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { groupDirectories, processesIn } from "../../toolchain/cluster/host/cgroup.ts"
import { machineNames } from "../../toolchain/cluster/host/instance.ts"
import { adminKubeconfig, files, namespaceKubeconfig } from "../../toolchain/cluster/index.ts"
import { schemasOf } from "../../toolchain/cluster/schemas/generate.ts"
import { adminClient } from "../../toolchain/cluster/tenant/kubeconfig.ts"
import { versions } from "../../toolchain/versions.ts"
import { application, reader } from "./toolchain-support/application.ts"
import { cluster, forget, instance, outputOf } from "./toolchain-support/instance.ts"
import { kubectl, kubectlOutput } from "./toolchain-support/kubectl.ts"
import { accepts, commandOf, signal, tracesOf } from "./toolchain-support/machine.ts"

const names = machineNames(instance)
const traces = () => tracesOf([names.container, names.interface, names.cgroup, instance.directory])
const authority = () => readFileSync(files(instance).authority, "utf8")
let staging = ""
let production = ""

beforeAll(async () => {
  await forget()
  await cluster.up()
  staging = await namespaceKubeconfig(instance, "staging")
  production = await namespaceKubeconfig(instance, "production")
})

afterAll(forget)

describe("a cluster of host processes that is up", () => {
  test("has a ready node of the pinned version, and says so", async () => {
    const node = await kubectlOutput(adminKubeconfig(instance), [
      "get",
      "nodes",
      "-o",
      'jsonpath={.items[*].status.nodeInfo.kubeletVersion} {.items[*].status.conditions[?(@.type=="Ready")].status}',
    ])
    expect(node).toBe(`v${versions.kubernetes} True`)
    expect(await cluster.status()).toMatchObject({ state: "up" })
  })

  test("answers on its own address and on loopback with a certificate that clients verify", async () => {
    expect(await accepts(authority(), instance.nodeAddress, 6443)).toBe(true)
    expect(await accepts(authority(), "127.0.0.1", instance.forwardPort)).toBe(true)
  })

  test("knows nobody who brings no credentials: neither API server nor kubelet", async () => {
    const { status } = await getAnonymously(6443, "/api/v1/namespaces")
    expect(status).toBe(401)
    expect((await getAnonymously(10250, "/pods")).status).toBe(401)
    expect((await getAnonymously(6443, "/readyz")).status).toBe(200)
  })

  test("keeps keys and kubeconfigs from other users", () => {
    for (const path of [adminKubeconfig(instance), staging, production])
      expect(statSync(path).mode & 0o777).toBe(0o600)
    for (const path of [instance.directory, files(instance).state])
      expect(statSync(path).mode & 0o077).toBe(0)
  })

  test("serves exactly the API that the schemas were made from", async () => {
    const api = adminClient(instance)
    const served = schemasOf((await api.get("/openapi/v2")) as Parameters<typeof schemasOf>[0])
    api.close()
    expect(served.size).toBeGreaterThan(120)
    for (const [name, schema] of served) {
      const file = `${outputOf("kubernetes-schemas")}/schemas/${name}`
      expect(JSON.parse(readFileSync(file, "utf8")), name).toEqual(JSON.parse(JSON.stringify(schema)))
    }
  })
})

describe("an application in its namespace", () => {
  test("is pulled from the registry, found by name, and stores what it learned", async () => {
    await kubectlOutput(staging, ["apply", "-f", "-"], application)
    await kubectlOutput(staging, ["rollout", "status", "deployment/web", "--timeout=60s"])
    await kubectlOutput(staging, ["wait", "job/first", "--for=condition=Complete", "--timeout=60s"])
    expect(await kubectlOutput(staging, ["logs", "job/first"])).toBe("it works\n")
    const claim = ["get", "pvc", "kept", "-o", "jsonpath={.status.phase}"]
    expect(await kubectlOutput(staging, claim)).toBe("Bound")
  })

  test("is reached through the API server by who may deploy it", async () => {
    const page = ["get", "--raw", "/api/v1/namespaces/staging/services/web:http/proxy/index.html"]
    expect(await kubectlOutput(staging, page)).toBe("it works\n")
  })
})

describe("two kubeconfigs", () => {
  const forbidden = [
    ["get", "pods"],
    ["get", "secrets"],
    ["delete", "deployment", "web"],
    ["create", "configmap", "x", "--from-literal=a=b"],
    ["create", "token", "signalbox"],
  ]

  test.each(forbidden)("cannot %s %s in each other's namespace", async (...words) => {
    const args = words.filter((word) => word !== undefined)
    const there = await kubectl(production, ["--namespace=staging", ...args])
    expect(there.stderr).toMatch(/Forbidden/i)
    const back = await kubectl(staging, ["--namespace=production", ...args])
    expect(back.stderr).toMatch(/Forbidden/i)
  })

  test("see nothing of the cluster, and give themselves no more rights", async () => {
    for (const args of [
      ["get", "nodes"],
      ["get", "namespaces"],
      ["get", "secrets", "--all-namespaces"],
    ])
      expect((await kubectl(staging, args)).stderr).toMatch(/Forbidden/i)
    const more = await kubectl(staging, ["create", "rolebinding", "x", "--clusterrole=admin", "--user=x"])
    expect(more.stderr).toMatch(/Forbidden/i)
  })

  test("cannot start a pod that reaches the node", async () => {
    const override = JSON.stringify({ spec: { hostNetwork: true } })
    const run = await kubectl(staging, ["run", "x", "--image=x", `--overrides=${override}`])
    expect(run.stderr).toMatch(/violates PodSecurity/)
  })

  test("stay as they are while their tokens work, and work again when a namespace was deleted", async () => {
    const before = readFileSync(production, "utf8")
    await namespaceKubeconfig(instance, "production")
    expect(readFileSync(production, "utf8")).toBe(before)
    await kubectlOutput(adminKubeconfig(instance), ["delete", "namespace", "production", "--wait=false"])
    await namespaceKubeconfig(instance, "production")
    expect(readFileSync(production, "utf8")).not.toBe(before)
    expect((await kubectl(production, ["get", "pods"])).ok).toBe(true)
  })
})

describe("a cluster that is stopped, killed and started", () => {
  test("up changes nothing where everything is up", async () => {
    const pods = ["get", "pods", "-o", "jsonpath={.items[*].status.containerStatuses[*].restartCount}"]
    const before = await kubectlOutput(staging, pods)
    await cluster.up()
    expect(await kubectlOutput(staging, pods)).toBe(before)
  })

  test("a component that dies is started again", async () => {
    const api = processesIn(groupDirectories(names.cgroup)).find((pid) =>
      commandOf(pid).includes("kube-apiserver"),
    )
    if (api === undefined) throw new Error("no API server runs in the cluster's control group")
    process.kill(api, "SIGKILL")
    await expect
      .poll(() => kubectl(staging, ["get", "pods"]).then(({ ok }) => ok), { timeout: 30_000 })
      .toBe(true)
  })

  test("after SIGKILL of everything, up brings back objects, keys, pods and volumes", async () => {
    const keys = authority()
    for (const pid of processesIn(groupDirectories(names.cgroup))) signal(pid, "SIGKILL")
    await expect.poll(() => cluster.status().then(({ state }) => state)).toBe("down")
    await cluster.up()
    expect(authority()).toBe(keys)
    await kubectlOutput(staging, ["rollout", "status", "deployment/web", "--timeout=60s"])
    await kubectlOutput(staging, ["apply", "-f", "-"], reader("second", "test -s /kept/page"))
    await kubectlOutput(staging, ["wait", "job/second", "--for=condition=Complete", "--timeout=60s"])
    expect(await kubectlOutput(staging, ["logs", "job/second"])).toBe("it works\n")
  })

  test("down leaves no process, mount, interface, rule or control group, and can be repeated", async () => {
    const during = await traces()
    expect(during.interfaces).not.toEqual([])
    expect(during.groups).not.toEqual([])
    expect(during.firewall).toHaveLength(3)
    await cluster.down()
    const nothing = { mounts: [], interfaces: [], firewall: [], groups: [], processes: [] }
    expect(await traces()).toEqual(nothing)
    await cluster.down()
    expect(await cluster.status()).toMatchObject({ state: "down" })
  })

  test("up after down continues where it was, even when up was killed in its middle", async () => {
    for (const afterMs of [150, 400, 900]) await killedUp(afterMs)
    await cluster.up()
    await kubectlOutput(staging, ["rollout", "status", "deployment/web", "--timeout=60s"])
    expect(await kubectlOutput(staging, ["get", "jobs", "-o", "name"])).toBe(
      "job.batch/first\njob.batch/second\n",
    )
  })

  test("a cluster whose directory was removed under it is replaced by a new one", async () => {
    const keys = authority()
    rmSync(instance.directory, { recursive: true })
    await cluster.up()
    expect(authority()).not.toBe(keys)
    const namespaces = ["get", "namespaces", "-o", "name"]
    expect(await kubectlOutput(adminKubeconfig(instance), namespaces)).not.toContain("staging")
  })
})

/** Runs `up` in a process of its own and kills it with everything it started in its own process group. */
async function killedUp(afterMs: number): Promise<void> {
  const program = new URL("toolchain-support/up.ts", import.meta.url).pathname
  const child = spawn(process.execPath, [program], { detached: true, stdio: "ignore" })
  await sleep(afterMs)
  if (child.pid === undefined) throw new Error("up could not be started")
  process.kill(-child.pid, "SIGKILL")
}

function getAnonymously(port: number, path: string): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host: instance.nodeAddress, port, path, ca: authority(), timeout: 10_000, agent: false },
      (response) => {
        response.resume()
        resolve({ status: response.statusCode ?? 0 })
      },
    )
    call.on("timeout", () => call.destroy(new Error("no answer in time")))
    call.on("error", reject)
    call.end()
  })
}
