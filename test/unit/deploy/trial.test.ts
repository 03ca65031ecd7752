/** An uncommitted tree on a cluster: where it may not go, what it may not make, and what it leaves. */
import { readFileSync } from "node:fs"
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { KnownSecrets, parseManifests } from "../../../src/chart/index.ts"
import { configMapPath, secretPath } from "../../../src/deploy/cluster/index.ts"
import { encodeRelease, type Helm, type HelmOutcome } from "../../../src/deploy/helm/index.ts"
import { caFingerprint } from "../../../src/deploy/kubeconfig/index.ts"
import { Resources } from "../../../src/deploy/preflight/resources.ts"
import { Children } from "../../../src/deploy/process/children.ts"
import { apply } from "../../../src/deploy/trial/apply.ts"
import { assertWithin } from "../../../src/deploy/trial/beyond.ts"
import { hostedRegistry } from "../../../src/deploy/trial/hosting.ts"
import { assertKeptAway, assertNoLedger } from "../../../src/deploy/trial/kept.ts"
import { removeNamespace, trialLabel } from "../../../src/deploy/trial/namespace.ts"
import type { KeptEnvironment, TrialRequest } from "../../../src/deploy/trial/request.ts"
import type { TrialSession } from "../../../src/deploy/trial/session.ts"
import { SignalboxError } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"

const [ca = "", other = ""] = ["ca", "other-ca"].map((name) =>
  readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), "utf8"),
)
const namespace = "shop-try-dev"
const here = { server: "https://127.0.0.1:6443", ca }
const production: KeptEnvironment = {
  name: "production",
  namespace: "shop-prod",
  protected: true,
  server: null,
  caFingerprint: null,
}
const staging = { ...production, name: "staging", namespace: "shop-staging", protected: false }

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work()
  } catch (error) {
    if (error instanceof SignalboxError) return `${error.code}: ${error.detail.what}; ${error.detail.why}`
    throw error
  }
  return "done"
}

describe("where a tree may be tried", () => {
  const judged = (kept: KeptEnvironment, cluster = here, place = namespace) =>
    codeOf(() => assertKeptAway({ kept: [staging, kept], namespace: place }, cluster))

  test("not in the namespace of an environment, protected or not", async () => {
    expect(await judged(production, here, "shop-prod")).toMatch(
      /^POLICY_REFUSED: namespace shop-prod is the one/,
    )
    expect(await judged(production, here, "shop-staging")).toMatch(/^POLICY_REFUSED: namespace shop-staging/)
  })

  test("not on a cluster that a protected environment pins by its authority, under whatever address", async () => {
    const pinned = { ...production, caFingerprint: caFingerprint(ca) }
    const refused = /^POLICY_REFUSED: this is the cluster of production, which is protected/
    expect(await judged(pinned)).toMatch(refused)
    // The kubeconfig trusts several: the pinned one is among them.
    expect(await judged(pinned, { ...here, ca: `${other}${ca}` })).toMatch(refused)
    expect(await judged(pinned, { ...here, ca: other })).toBe("done")
  })

  test("not on a cluster that a protected environment pins by its address, however that is written", async () => {
    const pinned = { ...production, server: "https://api.example" }
    const of = (server: string) => judged(pinned, { server, ca })
    expect(await of("https://API.example:443/")).toMatch(/^POLICY_REFUSED: this is the cluster of production/)
    expect(await of("https://api.example.")).toMatch(/^POLICY_REFUSED: this is the cluster of production/)
    expect(await of("https://api.example:6443")).toBe("done")
  })

  test("on the cluster of an environment that is not protected, beside it", async () => {
    expect(await judged({ ...staging, caFingerprint: caFingerprint(ca) })).toBe("done")
  })

  test("not on a cluster where a protected environment without pins has its ledger", async () => {
    const api = new MemoryApi()
    api.put(configMapPath("shop-prod", "signalbox-ledger"), { metadata: { name: "signalbox-ledger" } })
    expect(await codeOf(() => assertNoLedger(api, [staging, production]))).toMatch(
      /^POLICY_REFUSED: production, which is protected, is on this cluster/,
    )
    expect(await assertNoLedger(new MemoryApi(), [staging, production])).toEqual([])
  })

  test("where nobody may look for that ledger, the call says so", async () => {
    const refuse = async () => {
      throw new SignalboxError("CLUSTER_REFUSED", { what: "HTTP 403" })
    }
    const [said = "", ...more] = await assertNoLedger({ get: refuse }, [staging, production])
    expect([said, more]).toEqual([
      expect.stringMatching(/^whether production is on this cluster is not known/),
      [],
    ])
  })

  test("where the API server does not answer, that is no permission", async () => {
    const away = async () => {
      throw new SignalboxError("CLUSTER_UNREACHABLE", { what: "away" })
    }
    expect(await codeOf(() => assertNoLedger({ get: away }, [production]))).toMatch(/^CLUSTER_UNREACHABLE/)
  })
})

describe("what a chart may make", () => {
  const kinds = [
    { name: "services", kind: "Service", namespaced: true },
    { name: "pods", kind: "Pod", namespaced: true },
    { name: "configmaps", kind: "ConfigMap", namespaced: true },
    { name: "namespaces", kind: "Namespace", namespaced: false },
    { name: "persistentvolumes", kind: "PersistentVolume", namespaced: false },
  ]
  const api = { json: async (path: string) => (path === "/api/v1" ? { resources: kinds } : { groups: [] }) }
  const judged = (manifest: string) =>
    codeOf(() => assertWithin(parseManifests(manifest), namespace, new Resources(api, namespace)))
  const object = (kind: string, more = "", apiVersion = "v1") =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x${more} }\n`

  test.each([
    ["in its own namespace", object("ConfigMap")],
    ["that names its own namespace", object("ConfigMap", `, namespace: ${namespace}`)],
    [
      "a Service inside the cluster",
      `${object("Service")}spec: { type: ClusterIP, ports: [{ port: 80 }] }\n`,
    ],
    ["of pods with nothing of their node", `${object("Pod")}spec: { hostNetwork: false, hostPID: false }\n`],
  ])("an object %s", async (_what, manifest) => {
    expect(await judged(manifest)).toBe("done")
  })

  test.each([
    ["for another namespace", object("ConfigMap", ", namespace: shop-prod"), "is for namespace shop-prod"],
    ["of the whole cluster", object("PersistentVolume"), "belongs to the whole cluster"],
    ["that is a namespace", object("Namespace"), "belongs to the whole cluster"],
    ["of a kind that is not there", object("Widget"), "is of a kind that the cluster does not have"],
    [
      "that takes requests for a host",
      object("Ingress", "", "networking.k8s.io/v1"),
      "takes requests from outside",
    ],
    [
      "that is a route of a gateway",
      object("HTTPRoute", "", "gateway.networking.k8s.io/v1"),
      "takes requests from outside",
    ],
    [
      "that has an address of its own",
      `${object("Service")}spec: { type: LoadBalancer }\n`,
      "is open to the outside",
    ],
    [
      "that has a port of every node",
      `${object("Service")}spec: { type: NodePort, ports: [{ port: 80 }] }\n`,
      "is open to the outside",
    ],
    [
      "of pods with a port of their node",
      `${object("Pod")}spec: { containers: [{ name: x, ports: [{ hostPort: 80 }] }] }\n`,
      "takes requests at its node",
    ],
    [
      "of pods in the network of their node",
      `${object("Pod")}spec: { hostNetwork: true }\n`,
      "has the network of its node",
    ],
    [
      "of pods with a directory of their node",
      `${object("Pod")}spec: { volumes: [{ name: x, hostPath: { path: / } }] }\n`,
      "has a directory of its node",
    ],
    [
      "with addresses from outside",
      `${object("Service")}spec: { externalIPs: [192.0.2.1] }\n`,
      "is open to the outside",
    ],
  ])("no object %s", async (_what, manifest, why) => {
    const said = await judged(`${object("ConfigMap")}---\n${manifest}`)
    expect(said).toMatch(/^POLICY_REFUSED: the chart makes more than what stays in the namespace/)
    expect(said).toContain(why)
    expect(said).not.toContain("ConfigMap/x is of")
  })
})

describe("the registry that a cluster names", () => {
  const named = (data: Readonly<Record<string, string>>) => {
    const api = new MemoryApi()
    api.put(configMapPath("kube-public", "local-registry-hosting"), { metadata: { name: "x" }, data })
    return hostedRegistry(api)
  }

  test("is read as kind and k3d write it", async () => {
    const text = 'host: "localhost:5001"\nhelp: "https://kind.sigs.k8s.io/docs/user/local-registry/"\n'
    expect(await named({ "localRegistryHosting.v1": text })).toBe("localhost:5001")
  })

  test.each([
    ["no such ConfigMap", () => hostedRegistry(new MemoryApi())],
    ["another version of it", () => named({ "localRegistryHosting.v2": "host: localhost:5001" })],
    [
      "what is no registry",
      () => named({ "localRegistryHosting.v1": "host: https://localhost:5001/ --insecure" }),
    ],
    ["what is no YAML", () => named({ "localRegistryHosting.v1": "host: [" })],
  ])("is none with %s", async (_what, read) => {
    expect(await read()).toBeNull()
  })
})

describe("a try", () => {
  let directory: string
  let api: MemoryApi
  let upgrades: number
  let said: string[]
  const request: TrialRequest = {
    schemaVersion: 1,
    project: "shop",
    namespace,
    release: "shop",
    server: null,
    kept: [production],
    values: ["signalbox.values.yaml"],
    components: ["web", "worker"],
  }
  const nsPath = `/api/v1/namespaces/${namespace}`
  const labels = { "app.kubernetes.io/instance": "shop", "app.kubernetes.io/component": "web" }
  const service =
    "apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ name: http, port: 80 }] }\n"

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "trial-"))
    api = new MemoryApi()
    upgrades = 0
    said = []
    await mkdir(join(directory, "values"))
    await mkdir(join(directory, "work"))
    await mkdir(join(directory, "out"))
    await cp(new URL("../../../charts/signalbox-app", import.meta.url).pathname, join(directory, "chart"), {
      recursive: true,
    })
    await writeFile(join(directory, "values", "signalbox.values.yaml"), "components: {}\n")
  })
  afterEach(() => rm(directory, { recursive: true }))

  function session(manifest = service, outcome: HelmOutcome = { ok: true }): TrialSession {
    const helm: Helm = {
      template: async () => manifest,
      upgrade: async () => {
        upgrades += 1
        if (outcome.ok)
          api.put(`${nsPath}/services/web`, {
            metadata: { name: "web", labels },
            spec: { ports: [{ port: 80 }] },
          })
        return outcome
      },
      rollback: () => Promise.reject(new Error("a try never goes back")),
    }
    return {
      ...{ request, directory, cluster: here, api, helm, kubeconfig: "/nonexistent" },
      children: new Children({ driver: {}, tests: {} }),
      work: join(directory, "work"),
      out: join(directory, "out"),
      secrets: new KnownSecrets(),
      say: (line) => said.push(line),
      close: async () => {},
    }
  }

  test("makes its namespace, rolls out, and tells the ports of what has a Service", async () => {
    expect((await apply(session())).services).toEqual([{ component: "web", service: "web", port: 80 }])
    expect(api.objects.get(nsPath)?.metadata.labels?.[trialLabel]).toBe("shop")
    expect(said).toContain("worker: no port is opened, the release has no Service of it")
  })

  test("uses its namespace again, and takes up what a call that was killed has left", async () => {
    await apply(session())
    const name = "sh.helm.release.v1.shop.v1"
    const info = { status: "pending-install", description: "try" } as const
    api.put(secretPath(namespace, name), {
      ...{
        metadata: { name, labels: { owner: "helm", name: "shop", status: "pending-install", version: "1" } },
      },
      data: { release: encodeRelease({ name: "shop", version: 1, namespace, manifest: "", info }) },
    })
    await apply(session())
    expect(api.objects.get(secretPath(namespace, name))?.metadata.labels?.status).toBe("failed")
    expect(upgrades).toBe(2)
  })

  test("leaves a namespace alone that is not for tries of this project", async () => {
    api.put(nsPath, { metadata: { name: namespace, labels: { [trialLabel]: "other" } } })
    expect(await codeOf(() => apply(session()))).toMatch(
      /^POLICY_REFUSED: .*its label signalbox\/try is other$/,
    )
    expect(await codeOf(() => removeNamespace(api, request))).toMatch(/^POLICY_REFUSED/)
    expect([upgrades, api.objects.has(nsPath)]).toEqual([0, true])
  })

  test("ends no namespace of others, also where that is being deleted", async () => {
    api.put(nsPath, { metadata: { name: namespace, deletionTimestamp: "2026-11-30T00:00:00Z" } })
    expect(await codeOf(() => removeNamespace(api, request))).toMatch(/^POLICY_REFUSED/)
    expect(api.objects.has(nsPath)).toBe(true)
  })

  test("makes nothing where its chart reaches beyond the namespace", async () => {
    const ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: web }\n"
    expect(await codeOf(() => apply(session(`${service}---\n${ingress}`)))).toMatch(/^POLICY_REFUSED/)
    expect([upgrades, api.objects.size]).toEqual([0, 0])
  })

  test("tells the first cause where its pods do not become ready, and leaves them to look at", async () => {
    const waiting = { reason: "ImagePullBackOff", message: "pull access denied" }
    api.put(`${nsPath}/pods/web-1`, {
      metadata: { name: "web-1", labels: { "app.kubernetes.io/instance": "shop" } },
      status: { containerStatuses: [{ name: "web", state: { waiting } }] },
    })
    const timeOut: HelmOutcome = { ok: false, why: "not-ready", message: "not ready within 300 s" }
    expect(await codeOf(() => apply(session(service, timeOut)))).toBe(
      "STEP_FAILED: the tree does not come up on the cluster; image pull: web-1/web: ImagePullBackOff: pull access denied (not ready within 300 s)",
    )
    expect(api.objects.has(nsPath)).toBe(true)
  })

  test("ends with its namespace, and once more with nothing", async () => {
    await apply(session())
    expect(await removeNamespace(api, request)).toBe(true)
    expect(await removeNamespace(api, request)).toBe(false)
  })
})
