/** One policy for many repositories, from its publication to a tree that is fine by its own and fails by it. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { network } from "../../toolchain/network.ts"
import { finalError, type Outcome } from "./harness/index.ts"
import { type Project, project, publishedBy } from "./support/project.ts"
import { git, pushMain } from "./support/repository.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

let here: Project
let config: string
let to: string

beforeAll(async () => {
  here = await project()
  config = await here.files.read("signalbox.yaml")
  to = `${network.registry}/${here.name}/policy:1`
})
afterAll(() => here?.[Symbol.asyncDispose]())

const policy = "schemaVersion: 1\ncomponents: { coverageMinimum: 99 }\n"

async function publish(text: string): Promise<Outcome> {
  await here.write({ "policy.yaml": text })
  return here.call(["publish-policy", "--file", "policy.yaml", "--to", to])
}

async function commit(branch: string, signalbox: string): Promise<void> {
  await git(here.files.path, "checkout", "--quiet", "--force", "-B", branch)
  await here.write({ "signalbox.yaml": signalbox })
  await git(here.files.path, "add", "signalbox.yaml")
  await git(here.files.path, "commit", "--quiet", "--allow-empty", "--message", `feat: ${branch}`)
}

const coverage = () => here.call(["gates", "--context", "fork", "--only", "coverage", "assert", "--partial"])

describe("publish-policy", () => {
  it("prints the same reference for the same file, and stores it under a tag of its own", async () => {
    const [first, second] = [await publish(policy), await publish(policy)]
    expect([first.code, finalError(first)]).toEqual([0, ""])
    expect(first.stdout.trim()).toMatch(new RegExp(`^${to}@sha256:[0-9a-f]{64}$`))
    expect(second.stdout).toBe(`${first.stdout}# the tag 1 is unchanged\n`)
    const digest = first.stdout.trim().split("@sha256:")[1] ?? ""
    const repository = to.slice(network.registry.length + 1, -":1".length)
    expect(await publishedBy(here.name)).toEqual([`${repository}:1`, `${repository}:policy-${digest}`])
  })

  it("stores no policy with mistakes, and none that extends another", async () => {
    const before = await publishedBy(here.name)
    const wrong = await publish("schemaVersion: 1\nenvironments: { production: { protected: no } }\n")
    expect([wrong.code, finalError(wrong)]).toEqual([13, expect.stringContaining("policy.yaml:2:42")])
    const chain = await publish(`${policy}extends: ${to}@sha256:${"a".repeat(64)}\n`)
    expect([chain.code, finalError(chain)]).toEqual([13, expect.stringContaining("extends no other one")])
    const digest = await here.call([
      ...["publish-policy", "--file", "policy.yaml"],
      ...["--to", `${to.slice(0, -2)}@sha256:${"a".repeat(64)}`],
    ])
    expect([digest.code, finalError(digest)]).toEqual([13, expect.stringContaining("--to names a digest")])
    expect(await publishedBy(here.name)).toEqual(before)
  })
})

describe("a repository that extends it", () => {
  let extending: string

  beforeAll(async () => {
    const published = await publish(policy)
    extending = `${config}extends: ${published.stdout.trim()}\n`
    await pushMain(here.files.path)
    const alone = await coverage()
    expect([alone.code, finalError(alone)]).toEqual([0, ""])
    await commit("main", extending)
    await pushMain(here.files.path)
  })

  it("fails by the shared policy with a tree that is fine by its own", async () => {
    const judged = await coverage()
    expect(judged.code).toBe(10)
    expect(judged.stderr).toContain("It extends")
    expect(judged.stderr).not.toContain("Policy changes")
  })

  it("is not let out of it by a branch that extends nothing: it is told what changes, and asked to have it approved", async () => {
    await commit("out", config)
    const judged = await coverage()
    expect(judged.code).toBe(17)
    expect(judged.stderr).toMatch(/components\.web\.coverageMinimum \| 99 \| 60 \| may let more through/)
    const hash = /--approve-policy (sha256:[0-9a-f]{64})/.exec(judged.stderr)?.[1] ?? "none"
    const approved = await here.call([
      ...["--approve-policy", hash, "gates", "--only", "coverage", "assert", "--partial"],
    ])
    expect([approved.code, finalError(approved)]).toEqual([0, ""])
  })

  it("is not asked for an approval that would not help: a branch with another policy of its own is still under the shared one", async () => {
    await commit("still", `${extending}gates: { waivers: { acceptedRisk: 80d } }\n`)
    const judged = await coverage()
    expect(judged.code).toBe(10)
    expect(judged.stderr).toContain("gates.waivers.acceptedRisk")
    expect(judged.stderr).not.toContain("--approve-policy")
  })

  it("is judged by nothing instead where a policy cannot be read, and doctor says so", async () => {
    const missing = extending.replace(/[0-9a-f]{64}/, "0".repeat(64))
    await commit("missing", missing)
    const judged = await coverage()
    expect([judged.code, finalError(judged)]).toEqual([11, expect.stringContaining("has no such policy")])
    const doctor = await here.call(["doctor"])
    expect(doctor.code).toBe(11)
    expect(doctor.stderr).toMatch(/broken +policy +extends .*: the registry has no such policy/)
  })

  it("has a base that cannot be read only until an approval, which names its hash", async () => {
    await commit("main", extending.replace(/[0-9a-f]{64}/, "0".repeat(64)))
    await pushMain(here.files.path)
    await commit("repair", extending)
    const judged = await coverage()
    expect([judged.code, finalError(judged)]).toEqual([
      11,
      expect.stringContaining("the policy of the base revision cannot be read"),
    ])
    const hash = /--approve-policy (sha256:[0-9a-f]{64})/.exec(judged.stderr)?.[1] ?? "none"
    const approved = await here.call([
      ...["--approve-policy", hash, "gates", "--only", "coverage", "assert", "--partial"],
    ])
    // The approved policy counts, and with it what it extends.
    expect(approved.code).toBe(10)
    expect(approved.stderr).toContain("cannot be read")
  })
})
