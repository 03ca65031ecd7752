/** An environment without a cluster: each call has one of its own, and takes it away with all that was deployed to it. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { parse, stringify } from "yaml"
import { eventually, finalError, type Outcome, type Workspace, workspace } from "../engine/harness/index.ts"
import { type Project, told } from "../engine/support/project.ts"
import { releasedShop, version } from "./deploy-support/shop.ts"
import { nameOf } from "./toolchain-support/machine.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

let here: Project
/** Whoever calls may name a toolbox file of their own, but not one of the tree, for which the base revision's counts. */
let elsewhere: Workspace
let before: number

beforeAll(async () => {
  elsewhere = await workspace()
  here = await releasedShop({ local: { namespace: "shop-local", cluster: { embedded: true } } })
  before = apiServers()
})

afterAll(async () => {
  await here[Symbol.asyncDispose]()
  await elsewhere[Symbol.asyncDispose]()
})

const local = ["--environment", "local"]
const deploy = ["deploy", ...local, "--release", version]

it("nothing was ever deployed to a cluster that has only just been started", async () => {
  const outcome = await here.call(["status", ...local])
  expect(finalError(outcome)).toBe("")
  expect(outcome.stdout).toContain("local: nothing was ever deployed")
})

it("a release is deployed there, and its smoke test passes", async () => {
  const outcome = await here.call(deploy)
  expect({ code: outcome.code, error: finalError(outcome) }).toEqual({ code: 0, error: "" })
  expect(outcome.stdout).toMatch(/roll-out: Helm revision 1, all pods ready/)
  expect(outcome.stdout).toMatch(/smoke: \d+ checks? passed/)
  console.log(`deployed to a cluster of its own in ${outcome.seconds.toFixed(1)} s`)
})

it("the next call begins with an empty one: the same deployment is the first again", async () => {
  const outcome = await here.call(deploy)
  expect(outcome.code).toBe(0)
  expect(outcome.stdout).toMatch(/roll-out: Helm revision 1, all pods ready/)
})

it("no process of a cluster outlives its call", async () => {
  expect(
    await eventually(
      async () => apiServers(),
      (count) => count === before,
      20,
    ),
  ).toBe(before)
})

it("an image that is no cluster is told so, at once", async () => {
  const toolbox = parse(await here.files.read("toolbox.yaml"))
  const { image, digest } = toolbox.tools.node
  const outcome = await withToolbox({ ...toolbox, cluster: { image, digest } })
  expect(outcome.code).toBe(11)
  expect(told(finalError(outcome)).errors).toEqual([
    expect.stringMatching(/^CLUSTER_UNREACHABLE: .*embedded/),
  ])
})

it("a toolbox that names no cluster is told so", async () => {
  const { cluster, ...without } = parse(await here.files.read("toolbox.yaml"))
  expect(cluster).toBeDefined()
  const outcome = await withToolbox(without)
  expect(outcome.code).toBe(13)
  const { errors, where, next } = told(finalError(outcome))
  expect(errors).toEqual([expect.stringMatching(/^CONFIG_INVALID: .*embedded cluster/)])
  expect([where, next]).toEqual(["toolbox.yaml: cluster", expect.stringContaining("--kubeconfig")])
})

async function withToolbox(toolbox: unknown): Promise<Outcome> {
  await elsewhere.write({ "other.yaml": stringify(toolbox) })
  return here.call(["--toolbox", join(elsewhere.path, "other.yaml"), "status", ...local])
}

/** API servers on this machine, in whatever namespaces they run. */
function apiServers(): number {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && nameOf(name) === "kube-apiserver").length
}
