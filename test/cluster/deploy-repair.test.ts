import { spawn } from "node:child_process"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Digest, ReleaseRecord } from "../../src/domain/index.ts"
import { TestEnvironment, testValues } from "./deploy-support/environment.ts"
import { toolPath } from "./deploy-support/tools.ts"

const chart = new URL("../../charts/signalbox-app", import.meta.url).pathname

describe("what others left behind is repaired by the next call", () => {
  let env: TestEnvironment
  let good: ReleaseRecord
  let next: ReleaseRecord
  const digest = (record: ReleaseRecord) => record.images[0]?.digest as Digest

  beforeAll(async () => {
    env = await TestEnvironment.create("repair")
    good = await env.release({ version: "1.0.0", kind: "good" })
    next = await env.release({ version: "1.1.0", kind: "good" })
    expect((await env.call("run", { record: good })).code).toBe(0)
  })
  afterAll(() => env.remove())

  /** A helm of somebody's own, killed in the middle: an image that nobody has keeps it waiting. */
  async function killedUpgrade(): Promise<void> {
    const absent = `${testValues.trimEnd()}\n    image: { repository: "${good.images[0]?.repository}", digest: "sha256:${"0".repeat(64)}" }\n  left-over:\n    image: { repository: "${good.images[0]?.repository}", digest: "${digest(good)}" }\n`
    const args = [
      "upgrade",
      "app",
      chart,
      "--server-side=true",
      "--wait",
      "--timeout",
      "60s",
      "--values",
      "-",
    ]
    const helm = spawn("helm", [...args, "--kubeconfig", env.kubeconfig, "--namespace", env.namespace], {
      env: { PATH: toolPath, HOME: env.directory },
      stdio: ["pipe", "ignore", "ignore"],
    })
    helm.stdin.end(absent)
    for (let tries = 0; tries < 100 && !(await status()).includes("pending-upgrade"); tries++)
      await sleep(100)
    while (!(await env.kubectl(["get", "deployments", "--output", "name"])).includes("left-over"))
      await sleep(100)
    helm.kill("SIGKILL")
  }

  const status = () =>
    env.kubectl([
      "get",
      "secrets",
      "--selector",
      "owner=helm",
      "--output",
      "jsonpath={.items[*].metadata.labels.status}",
    ])

  test("a pending upgrade is settled, and the release is deployed", async () => {
    await killedUpgrade()
    const plan = await env.call("plan", { record: next })
    expect(plan.stdout).toMatch(/warning: Helm's revision 2 is pending-upgrade/)
    const end = await env.call("run", { record: next })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(await env.podDigests()).toEqual([digest(next)])
    expect(await status()).not.toContain("pending")
    expect(await env.kubectl(["get", "deployments", "--output", "name"])).toBe("deployment.apps/web\n")
  })

  test("a rollback settles one as well: back to what is verified, without what only the other had made", async () => {
    await killedUpgrade()
    const end = await env.call("rollback")
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(await env.podDigests()).toEqual([digest(next)])
    expect(await status()).not.toContain("pending")
    expect(await env.kubectl(["get", "deployments", "--output", "name"])).toBe("deployment.apps/web\n")
  })

  test("with Helm's history gone, the way back is the chart and values kept by digest", async () => {
    const old = ["get", "secrets", "--selector", "owner=helm,status!=deployed", "--output", "name"]
    const names = (await env.kubectl(old)).trim()
    await env.kubectl(["delete", ...names.split("\n")])
    const bad = await env.release({ version: "1.2.0", kind: "not-smoking" })
    const last = (
      await env.kubectl(["get", "secrets", "--selector", "owner=helm", "--output", "name"])
    ).trim()
    const smoking = (await env.putDoor()).stopIn("smoke")
    const started = await env.start("run", { record: bad })
    // The verified revision disappears while the new one is tested.
    const letGo = await smoking
    await env.kubectl(["delete", last])
    letGo()
    const end = await started.end
    expect(end.code).toBe(15)
    expect(end.stdout).toContain("from its kept chart and values")
    expect(await env.podDigests()).toEqual([digest(next)])
  })

  test("a ledger that is gone never lifts a hold: nothing is deployed until it is restored", async () => {
    const { ledger } = await env.observe()
    expect(ledger.holds).not.toEqual([])
    const copy = { from: "call-9", known: ledger.fence }
    expect((await env.call("repair", { repair: { ledger, ...copy } })).code).toBe(13)
    await env.kubectl(["delete", "configmap", "signalbox-ledger"])
    for (const command of ["plan", "run", "observe"] as const) {
      const end = await env.call(command, { record: good })
      expect([end.code, end.stderr]).toEqual([
        11,
        expect.stringContaining("STATE_DAMAGED: the ledger of test is lost"),
      ])
    }
    const forged = { ...ledger, entries: ledger.entries.slice(1) }
    expect((await env.call("repair", { repair: { ledger: forged, ...copy } })).code).toBe(11)
    expect((await env.call("repair", { repair: { ledger, ...copy } })).code).toBe(0)
    const restored = (await env.observe()).ledger
    expect([restored.holds, restored.entries]).toEqual([ledger.holds, ledger.entries])
    expect(restored.fence).toBeGreaterThan(ledger.fence)
    expect(await env.podDigests()).toEqual([digest(next)])
  })
})
