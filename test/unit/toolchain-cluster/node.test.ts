import { readFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { corefile } from "../../../toolchain/cluster/node/addons/coredns.ts"
import { objectPath } from "../../../toolchain/cluster/node/api.ts"
import { cgroupPlan } from "../../../toolchain/cluster/node/cgroups.ts"
import { earlyRules } from "../../../toolchain/cluster/node/firewall.ts"
import { kubeconfig } from "../../../toolchain/cluster/node/kubeconfig.ts"
import { fileSystemOf, upstreamNameServers } from "../../../toolchain/cluster/node/prepare.ts"
import { settingsFrom } from "../../../toolchain/cluster/node/settings.ts"
import { repositoryRoot } from "../../../toolchain/paths.ts"

const recorded = (name: string): string =>
  readFileSync(join(repositoryRoot, "test/recorded/cluster", name), "utf8")

describe("control groups", () => {
  test("of a hybrid machine are mounted per controller, as version 1", () => {
    const plan = cgroupPlan(recorded("cgroup-v1-hybrid.txt"))
    expect(plan).toMatchObject({ version: 1 })
    const mounts = plan.version === 1 ? plan.hierarchies : []
    expect(mounts).toContainEqual({ name: "memory", options: "memory" })
    expect(mounts).toContainEqual({ name: "systemd", options: "none,name=systemd" })
    expect(mounts).toHaveLength(9)
  })

  test("that share a hierarchy are mounted together", () => {
    const plan = cgroupPlan("3:cpu,cpuacct:/x\n0::/x\n")
    expect(plan).toEqual({ version: 1, hierarchies: [{ name: "cpu,cpuacct", options: "cpu,cpuacct" }] })
  })

  test("of version 2 are one mount, also beside systemd's own hierarchy", () => {
    expect(cgroupPlan("0::/signalbox/cluster\n")).toEqual({ version: 2 })
    expect(cgroupPlan("1:name=systemd:/\n0::/\n")).toEqual({ version: 2 })
  })
})

describe("settings", () => {
  test("have defaults for everything", () => {
    expect(settingsFrom({})).toEqual({ names: [], token: undefined, plainRegistries: [], durable: false })
  })

  test("are lists, a truth value and a token", () => {
    const token = "t".repeat(32)
    const environment = {
      CLUSTER_NAMES: "one, two,",
      CLUSTER_PLAIN_REGISTRIES: "198.18.0.1:5000",
      CLUSTER_DURABLE: "true",
      CLUSTER_TOKEN: token,
    }
    expect(settingsFrom(environment)).toEqual({
      names: ["one", "two"],
      token,
      plainRegistries: ["198.18.0.1:5000"],
      durable: true,
    })
  })

  test.each([
    [{ CLUSTER_TOKEN: "short" }, /CLUSTER_TOKEN must be 32 or more/],
    [{ CLUSTER_TOKEN: `${"t".repeat(40)},admin\nother` }, /CLUSTER_TOKEN/],
    [{ CLUSTER_DURABLE: "yes" }, /CLUSTER_DURABLE must be true or false, not yes/],
  ])("refuse %o", (environment, message) => {
    expect(() => settingsFrom(environment)).toThrow(message)
  })

  test("never take a token that could end its line in the token file", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 32 }), (token) => {
        fc.pre(/[,"\s]/.test(token))
        expect(() => settingsFrom({ CLUSTER_TOKEN: token })).toThrow()
      }),
    )
  })
})

describe("the machine", () => {
  test("a state directory on a volume is told from one on the image", () => {
    const host = recorded("mountinfo-host.txt")
    expect(fileSystemOf("/var/lib/cluster", host)).toBe("ext4")
    expect(fileSystemOf("/run/cluster", host)).toBe("tmpfs")
    const image = "1 0 0:1 / / rw - overlay overlay rw\n2 1 0:2 / /var/lib/clusters rw - tmpfs tmpfs rw\n"
    expect(fileSystemOf("/var/lib/cluster", image)).toBe("overlay")
    expect(
      fileSystemOf("/var/lib/cluster", `${image}3 1 8:1 / /var/lib/cluster rw - ext4 /dev/sda rw\n`),
    ).toBe("ext4")
  })

  test("name servers on loopback are not for pods", () => {
    const text =
      "# local\nsearch lan\nnameserver 127.0.0.53\nnameserver 10.0.0.1\n nameserver ::1\nnameserver fd00::1\n"
    expect(upstreamNameServers(text)).toEqual(["10.0.0.1", "fd00::1"])
    expect(upstreamNameServers("")).toEqual([])
  })

  test("names outside the cluster are asked for only where somebody can answer", () => {
    expect(corefile(["10.0.0.1", "10.0.0.2"])).toContain("forward . 10.0.0.1 10.0.0.2\n")
    expect(corefile([])).not.toContain("forward")
  })

  test("the API server's service address works before kube-proxy, others lead nowhere", () => {
    const rules = earlyRules("198.18.1.2")
    expect(rules).toContain("-A OUTPUT -d 10.96.0.1/32 -p tcp --dport 443 -j DNAT --to 198.18.1.2:6443\n")
    expect(rules).toContain("-A FORWARD -d 10.96.0.0/16 -j REJECT\n")
  })
})

describe("the API", () => {
  const object = (apiVersion: string, kind: string, namespace?: string) => ({
    apiVersion,
    kind,
    metadata: { name: "x", ...(namespace ? { namespace } : {}) },
  })

  test("has a path for each kind", () => {
    expect(objectPath(object("v1", "ConfigMap", "a"))).toBe("/api/v1/namespaces/a/configmaps/x")
    expect(objectPath(object("v1", "Namespace"))).toBe("/api/v1/namespaces/x")
    expect(objectPath(object("apps/v1", "Deployment"))).toBe("/apis/apps/v1/namespaces/default/deployments/x")
    expect(() => objectPath(object("v1", "Wonder"))).toThrow("no path is known for kind Wonder")
  })

  test("is named by a kubeconfig that refers to nothing outside itself", () => {
    const text = kubeconfig({
      server: "https://cluster:6443",
      authority: "PEM",
      identity: { token: "t" },
      namespace: "staging",
    })
    expect(JSON.parse(text)).toMatchObject({
      clusters: [{ cluster: { server: "https://cluster:6443", "certificate-authority-data": "UEVN" } }],
      users: [{ user: { token: "t" } }],
      contexts: [{ context: { namespace: "staging" } }],
    })
    expect(text).not.toMatch(/insecure|exec|auth-provider|certificate-authority"/)
  })
})
