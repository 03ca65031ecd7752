import { mkdirSync, writeFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { bundle, capabilitiesIn, entrypoint } from "../../../toolchain/cluster/host/bundle.ts"
import { groupDirectories, processesIn, removeGroup } from "../../../toolchain/cluster/host/cgroup.ts"
import { machineNames, mainInstance } from "../../../toolchain/cluster/host/instance.ts"
import { firewallRules } from "../../../toolchain/cluster/host/link.ts"

const options = {
  rootfs: "/rootfs",
  state: "/state",
  cgroup: "signalbox/cluster",
  plainRegistries: ["198.18.0.1:5000"],
  resolvConf: "/etc/resolv.conf",
  capabilities: ["CAP_CHOWN"],
}

describe("the container of the cluster", () => {
  const made = bundle(options) as {
    process: { args: unknown; env: string[]; capabilities: { bounding: string[] } }
    root: { readonly: boolean }
    mounts: { destination: string; type: string; source: string }[]
    linux: { cgroupsPath: string; namespaces: { type: string }[] }
  }

  test("has namespaces of its own and a root that nobody writes to", () => {
    const kinds = made.linux.namespaces.map(({ type }) => type).sort()
    expect(kinds).toEqual(["cgroup", "ipc", "mount", "network", "pid", "uts"])
    expect(made.root.readonly).toBe(true)
    expect(made.linux.cgroupsPath).toBe("/signalbox/cluster")
  })

  test("runs what the image runs", () => {
    expect(made.process.args).toEqual(entrypoint)
    expect(made.process.env).toContain("CLUSTER_DURABLE=true")
    expect(made.process.env).toContain("CLUSTER_PLAIN_REGISTRIES=198.18.0.1:5000")
  })

  test("keeps its state on the host and everything else in memory", () => {
    const bound = made.mounts.filter(({ type }) => type === "bind").map(({ source }) => source)
    expect(bound).toEqual(["/state", "/etc/resolv.conf"])
  })

  test("has the capabilities that its maker has, no more", () => {
    expect(made.process.capabilities.bounding).toEqual(["CAP_CHOWN"])
    const withoutResource = capabilitiesIn("Name:\tnode\nCapEff:\t000001fffeffffff\n")
    expect(withoutResource).toHaveLength(40)
    expect(withoutResource).not.toContain("CAP_SYS_RESOURCE")
    expect(capabilitiesIn("CapEff:\t0000000000000001\n")).toEqual(["CAP_CHOWN"])
  })
})

describe("control groups on the host", () => {
  let root = ""
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "signalbox-cgroup-"))
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  test("of version 1 are one directory per controller", () => {
    for (const controller of ["memory", "cpu"])
      mkdirSync(join(root, controller, "signalbox/cluster"), { recursive: true })
    mkdirSync(join(root, "pids"))
    const found = [...groupDirectories("signalbox/cluster", root)].sort()
    expect(found).toEqual([join(root, "cpu/signalbox/cluster"), join(root, "memory/signalbox/cluster")])
  })

  test("of version 2 are one directory", () => {
    writeFileSync(join(root, "cgroup.controllers"), "cpu memory\n")
    mkdirSync(join(root, "signalbox/cluster"), { recursive: true })
    expect(groupDirectories("signalbox/cluster", root)).toEqual([join(root, "signalbox/cluster")])
  })

  test("hold the processes of all groups below, each once", () => {
    const group = join(root, "memory/signalbox/cluster")
    mkdirSync(join(group, "kubepods/pod1"), { recursive: true })
    writeFileSync(join(group, "cgroup.procs"), "10\n11\n")
    writeFileSync(join(group, "kubepods/pod1/cgroup.procs"), "11\n12\n")
    expect([...processesIn([group])].sort()).toEqual([10, 11, 12])
  })

  test("go with the groups below them; a parent that others use stays", async () => {
    mkdirSync(join(root, "memory/signalbox/cluster/kubepods/pod1"), { recursive: true })
    mkdirSync(join(root, "memory/signalbox/other"))
    await removeGroup("signalbox/cluster", root)
    expect(groupDirectories("signalbox/cluster", root)).toEqual([])
    expect(groupDirectories("signalbox/other", root)).toHaveLength(1)
    await removeGroup("signalbox/other", root)
    expect(groupDirectories("signalbox", root)).toEqual([])
  })
})

describe("names that an instance takes of the machine", () => {
  test("fit an interface, and differ between instances", () => {
    const long = machineNames({ ...mainInstance, name: "averylonginstancename" })
    expect(long.interface.length).toBeLessThanOrEqual(15)
    expect(machineNames(mainInstance)).toEqual({
      container: "signalbox-cluster",
      interface: "sb-cluster",
      cgroup: "signalbox/cluster",
    })
  })

  test("mark every rule of the firewall, so that it can be found again", () => {
    const rules = firewallRules(mainInstance)
    expect(rules).toHaveLength(3)
    for (const { match } of rules) expect(match).toContain("signalbox-cluster")
  })
})
