/** V01 and X13 on a real Kubernetes: what served before a failed operation goes on serving, and status says what is gone. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { TestEnvironment } from "./deploy-support/environment.ts"

describe("V01: a second release fails when nothing verified is left", () => {
  let env: TestEnvironment
  beforeAll(async () => {
    env = await TestEnvironment.create("traffic")
    const good = await env.release({ version: "1.0.0", kind: "good" })
    expect((await env.call("run", { record: good })).code).toBe(0)
    await env.kubectl(["scale", "deployment/web", "--replicas=0"])
    expect((await env.call("smoke")).code).toBe(10)
    await env.kubectl(["scale", "deployment/web", "--replicas=1"])
    await env.kubectl(["rollout", "status", "deployment/web", "--timeout=60s"])
  })
  afterAll(() => env.remove())

  const endpoints = () =>
    env.kubectl([
      ...["get", "endpointslices", "--selector", "kubernetes.io/service-name=web"],
      ...["--output", "jsonpath={.items[*].endpoints[?(@.conditions.ready==true)].addresses[0]}"],
    ])

  test("the plan says what stays in traffic", async () => {
    const bad = await env.release({ version: "1.0.1", kind: "never-ready" })
    const end = await env.call("plan", { record: bad })
    expect(end.stdout).toContain("leaves in traffic what is there (Service/web)")
  })

  test("18, and the pod that served goes on behind its Service", async () => {
    const before = await endpoints()
    const bad = await env.release({ version: "1.0.1", kind: "never-ready" })
    const timeouts = { rollout: "8s", rollback: "20s", smoke: "10s", load: "10s" }
    const end = await env.call("run", { record: bad, environment: env.environment({ timeouts }) })
    expect([end.code, end.stderr]).toEqual([18, expect.stringContaining("NOTHING_VERIFIED")])
    expect(end.stdout).toContain("what served before stays: Service/web")
    expect(before).not.toBe("")
    expect(await endpoints()).toBe(before)
  })

  test("X13: status names a Service that is missing, and the next deployment brings it back", async () => {
    const good = await env.release({ version: "1.0.2", kind: "good" })
    expect((await env.call("run", { record: good })).code).toBe(0)
    await env.kubectl(["delete", "service", "web"])
    const end = await env.call("observe")
    expect(end.stdout).toContain("differs from 1.0.2: Service/web does not exist")
    expect((await env.observe()).status.current).toMatchObject({ version: "1.0.2", verified: false })
    const again = await env.call("run", { record: good })
    expect([again.code, again.stderr]).toEqual([0, ""])
    expect(await endpoints()).not.toBe("")
  })
})
