/** Calls with a kubeconfig that is wrong for the cluster: told once, with its exit code, and nothing has changed. */
import { readFile } from "node:fs/promises"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { finalError } from "../engine/harness/index.ts"
import { strangeAuthority } from "../engine/support/kubeconfigs.ts"
import { type Project, project, publishedBy, stackLine, told } from "../engine/support/project.ts"
import { TestEnvironment } from "./deploy-support/environment.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 })

interface Kubeconfig {
  readonly clusters: [{ cluster: Record<string, unknown> }]
  readonly users: [{ user: Record<string, unknown> }]
}

interface Wrong {
  readonly name: string
  readonly change: (kubeconfig: Kubeconfig) => void
  readonly pin?: string
  readonly code: number
  readonly says: RegExp
}

const wrong: readonly Wrong[] = [
  {
    name: "a token that the cluster does not know",
    change: ({ users: [{ user }] }) => {
      user.token = "not-a-token"
    },
    code: 11,
    says: /^CLUSTER_REFUSED: /,
  },
  {
    name: "the CA of another cluster",
    change: ({ clusters: [{ cluster }] }) => {
      cluster["certificate-authority-data"] = Buffer.from(strangeAuthority).toString("base64")
    },
    code: 11,
    says: /^CLUSTER_UNREACHABLE: /,
  },
  {
    name: "another cluster than the environment is pinned to",
    change: () => undefined,
    pin: "https://203.0.113.1:6443",
    code: 13,
    says: /^KUBECONFIG_REFUSED: /,
  },
]

let environment: TestEnvironment
let here: Project
let good: string
let committed: string

beforeAll(async () => {
  environment = await TestEnvironment.create("bad-input")
  good = await readFile(environment.kubeconfig, "utf8")
  here = await project(environment.namespace)
  committed = await here.files.read("environments/staging.yaml")
  await environment.kubectl(["create", "configmap", "planted", "--from-literal=a=1"])
})

afterAll(async () => {
  await here[Symbol.asyncDispose]()
  await environment.remove()
})

describe("a call with", () => {
  it.each(wrong)("$name ends with $code", async ({ change, pin, code, says }) => {
    const kubeconfig = JSON.parse(good) as Kubeconfig
    change(kubeconfig)
    const pinned = pin === undefined ? "" : `cluster: { server: "${pin}" }\n`
    await here.write({ "environments/staging.yaml": `${committed}${pinned}` })
    const before = await objects()
    const outcome = await here.call(
      ["rollback", "--environment", "staging", "--kubeconfig", "env://TEST_KUBECONFIG"],
      { env: { TEST_KUBECONFIG: JSON.stringify(kubeconfig) } },
    )
    const error = finalError(outcome)
    expect({ code: outcome.code, error }).toMatchObject({ code })
    const said = told(error)
    expect(said.errors).toEqual([expect.stringMatching(says)])
    expect(said.next).toBeDefined()
    expect(error).not.toMatch(stackLine)
    expect(await objects()).toEqual(before)
    expect(await publishedBy(here.name)).toEqual([])
  })

  it("nothing deployed says so, and changes nothing either", async () => {
    await here.write({ "environments/staging.yaml": committed })
    const before = await objects()
    const outcome = await here.call(
      ["smoke", "--environment", "staging", "--kubeconfig", "env://TEST_KUBECONFIG"],
      { env: { TEST_KUBECONFIG: good } },
    )
    expect(outcome.code).toBe(13)
    expect(told(finalError(outcome)).errors).toEqual([expect.stringMatching(/^USAGE: .*staging/)])
    expect(await objects()).toEqual(before)
  })
})

/** Kind, name and version of all that a call of ours could make or change. */
async function objects(): Promise<string[]> {
  const kinds = "configmaps,secrets,leases,deployments,replicasets,services,pods,jobs,serviceaccounts"
  const found = await environment.kubectlJson<{ items: readonly Found[] }>(["get", kinds])
  return found.items
    .map(({ kind, metadata }) => `${kind}/${metadata.name} ${metadata.resourceVersion}`)
    .sort()
}

interface Found {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly resourceVersion: string }
}
