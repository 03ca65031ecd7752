import { describe, expect, test } from "vitest"
import { openAccess } from "../../../src/deploy/access/index.ts"
import type { Children } from "../../../src/deploy/process/children.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { settings } from "./support/sets.ts"

interface Proxy {
  readonly says?: string
  readonly ended?: boolean
  readonly stop?: () => void
}

/** An environment with one Service, reached through a kubectl proxy that behaves as told. */
function accessThrough({ says = "Starting to serve on 127.0.0.1:8001", ended = false, stop }: Proxy) {
  const api = new MemoryApi()
  api.put("/api/v1/namespaces/apps/services/web", {
    metadata: {
      name: "web",
      labels: { "app.kubernetes.io/instance": "app", "app.kubernetes.io/component": "web" },
    },
    spec: { ports: [{ name: "http", port: 80 }] },
  })
  let stops = 0
  const child = {
    output: () => says,
    ended: () => ended,
    onChange: () => () => {},
    stop: () => {
      stops++
      stop?.()
    },
  }
  const children = { start: () => child } as unknown as Children
  const environment = settings()
  const access = openAccess({ environment, api, children, clock: new MemoryClock(), kubeconfig: "k" })
  return { access, stops: () => stops }
}

describe("the way to the application", () => {
  test("is closed with its proxy, which is started once", async () => {
    const { access, stops } = accessThrough({})
    expect(await access.baseUrl(undefined)).toBe(
      "http://127.0.0.1:8001/api/v1/namespaces/apps/services/http:web:80/proxy",
    )
    await access.close()
    expect(stops()).toBe(1)
  })

  test("that was never asked for has nothing to close", async () => {
    const { access, stops } = accessThrough({})
    await access.close()
    expect(stops()).toBe(0)
  })

  test("whose proxy is already gone is closed", async () => {
    const { access, stops } = accessThrough({ ended: true })
    await access.baseUrl(undefined)
    await access.close()
    expect(stops()).toBe(0)
  })

  test("whose proxy did not start was told to whoever asked, and closes in peace", async () => {
    const { access } = accessThrough({ says: "error: no such file", ended: true })
    await expect(access.baseUrl(undefined)).rejects.toMatchObject({ code: "TOOL_FAILED" })
    await expect(access.close()).resolves.toBeUndefined()
  })

  test("whose proxy cannot be stopped says so", async () => {
    const stop = () => {
      throw new Error("kill EPERM")
    }
    const { access } = accessThrough({ stop })
    await access.baseUrl(undefined)
    await expect(access.close()).rejects.toMatchObject({
      ...{ code: "TOOL_FAILED", detail: { what: "kubectl proxy could not be stopped", why: "kill EPERM" } },
    })
  })
})
