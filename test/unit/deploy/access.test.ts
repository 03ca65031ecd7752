import { describe, expect, test } from "vitest"
import { assertPassesAccess, openAccess } from "../../../src/deploy/access/index.ts"
import type { Children } from "../../../src/deploy/process/children.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { environmentOf } from "./support/sets.ts"

interface Proxy {
  readonly says?: string
  readonly ended?: boolean
  readonly stop?: () => void
}

function service(api: MemoryApi, name: string, component = "web", release?: string): void {
  const labels = { "app.kubernetes.io/instance": "app", "app.kubernetes.io/component": component }
  const annotations = release === undefined ? {} : { "meta.helm.sh/release-name": release }
  const spec = { ports: [{ name: "http", port: 80 }] }
  api.put(`/api/v1/namespaces/apps/services/${name}`, { metadata: { name, labels, annotations }, spec })
}

/** An environment with one Service, reached through kubectl proxies that behave as told; the last one goes on so. */
function accessThrough(...proxies: readonly Proxy[]) {
  const api = new MemoryApi()
  service(api, "web")
  let stops = 0
  let starts = 0
  const accepted: { test(path: string): boolean }[] = []
  const start = (_command: string, args: readonly string[]) => {
    const pattern = (option: string) => new RegExp(args[args.indexOf(option) + 1] ?? "")
    const [accept, reject] = [pattern("--accept-paths"), pattern("--reject-paths")]
    accepted.push({ test: (path) => accept.test(path) && !reject.test(path) })
    const proxy = proxies[Math.min(starts, proxies.length - 1)]
    const port = 8001 + starts++
    return {
      output: () => proxy?.says ?? `Starting to serve on 127.0.0.1:${port}`,
      ended: () => proxy?.ended ?? false,
      onChange: () => () => {},
      stop: () => {
        stops++
        proxy?.stop?.()
      },
    }
  }
  const children = { start } as unknown as Children
  const environment = environmentOf()
  const access = openAccess({ environment, api, children, clock: new MemoryClock(), kubeconfig: "k" })
  return { access, api, accepted, stops: () => stops, starts: () => starts }
}

describe("the way to the application", () => {
  test("is closed with its proxy, which is started once", async () => {
    const { access, starts, stops } = accessThrough({})
    const address = "http://127.0.0.1:8001/api/v1/namespaces/apps/services/http:web:80/proxy"
    expect(await access.baseUrl(undefined)).toBe(address)
    expect(await access.baseUrl("web")).toBe(address)
    await access.close()
    expect([starts(), stops()]).toEqual([1, 1])
  })

  test("leads to the Helm release's own Service, not to another one with its labels", async () => {
    const { access, api } = accessThrough({})
    service(api, "a-stranger", "api", "other")
    service(api, "api", "api", "app")
    expect(await access.baseUrl("api")).toMatch(/\/services\/http:api:80\/proxy$/)
  })

  test("leads to the Service that is there now, also where the set that is back names it otherwise", async () => {
    const { access, api } = accessThrough({})
    await access.baseUrl(undefined)
    api.objects.delete("/api/v1/namespaces/apps/services/web")
    service(api, "web-v1")
    expect(await access.baseUrl(undefined)).toMatch(/http:web-v1:80/)
  })

  test.each([
    ["ended meanwhile", {}],
    ["did not start", { says: "error: no room" }],
  ])("whose proxy %s gets another one", async (_name, first) => {
    const { access } = accessThrough({ ...first, ended: true }, {})
    await access.baseUrl(undefined).catch(() => {})
    expect(await access.baseUrl(undefined)).toMatch(/^http:\/\/127\.0\.0\.1:8002\//)
  })

  test("V06 a proxy lets requests to its own Service pass, and to nothing else of the API server", async () => {
    const { access, api, accepted } = accessThrough({})
    service(api, "db", "db")
    const here = new URL(await access.baseUrl("web")).pathname
    const [web] = accepted
    for (const path of [here, `${here}/`, `${here}/api/items`, `${here}/v1..v2/...`])
      expect(web?.test(path)).toBe(true)
    for (const path of [
      new URL(await access.baseUrl("db")).pathname,
      "/api/v1/namespaces/apps/secrets",
      here.replace(":80/", ":8080/"),
      here.replace("http:", "https:"),
      here.replace("apps", "other"),
      `${here}2/`,
      `${here}/../../../secrets`,
      `${here}/a/..`,
      `/x${here}`,
      here.replace("/proxy", "%2F..%2Fsecrets/proxy"),
    ])
      expect([path, web?.test(path)]).toEqual([path, false])
    expect(accepted).toHaveLength(2)
  })

  test("V06 is closed before it is handed to a program of the tests, and opened anew for it", async () => {
    const { access, api, starts, stops } = accessThrough({})
    service(api, "db", "db")
    await access.baseUrl("db")
    await access.close()
    expect(await access.baseUrl("web")).toMatch(/^http:\/\/127\.0\.0\.1:8002\/.*http:web:80/)
    expect([starts(), stops()]).toEqual([2, 1])
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

describe("a smoke test's own credential", () => {
  const checks = (header: string) => [{ name: "me", headers: { accept: "*/*", [header]: "x" } }]
  const proxy = { kind: "service-proxy", component: "web" } as const

  test.each(["Authorization", "authorization", "Impersonate-User", "impersonate-extra-scopes"])(
    "in %s would be the API server's, and is refused before anything is changed",
    (header) => {
      expect(() => assertPassesAccess(proxy, checks(header))).toThrow(
        expect.objectContaining({
          code: "CONFIG_INVALID",
          detail: expect.objectContaining({ where: "smoke.yaml: me" }),
        }),
      )
      expect(() =>
        assertPassesAccess({ kind: "url", url: "https://shop.test" }, checks(header)),
      ).not.toThrow()
    },
  )

  test.each(["Cookie", "X-Api-Key", "Proxy-Authorization"])("in %s goes through", (header) => {
    expect(() => assertPassesAccess(proxy, checks(header))).not.toThrow()
  })
})
