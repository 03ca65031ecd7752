import type { Secret } from "@dagger.io/dagger"
import { describe, expect, it, vi } from "vitest"
import { type Inputs, type ReachedCluster, Session } from "../../../src/call/index.ts"

const inputs = {} as Inputs

describe("the nonce of effects", () => {
  it("differs at every read, because the cluster may have changed since the last one", () => {
    const session = new Session(inputs)
    expect(new Set([session.nonce, session.nonce, session.nonce]).size).toBe(3)
  })

  it("is never shared with the session over another source tree", () => {
    const session = new Session(inputs)
    const other = session.withSource(inputs.source, "c0ffee")
    expect(other.id).toBe(session.id)
    expect(new Set([session.nonce, other.nonce, session.nonce, other.nonce]).size).toBe(4)
  })
})

describe("the embedded cluster", () => {
  const start = () =>
    vi.fn(async (): Promise<ReachedCluster> => ({ kubeconfig: {} as Secret, cluster: undefined }))

  it("is started once per environment, also over another source tree", async () => {
    const session = new Session(inputs)
    const first = start()
    const [one, other] = await Promise.all([
      session.ownCluster("local", first),
      session.ownCluster("local", first),
    ])
    const later = await session.withSource(inputs.source, "c0ffee").ownCluster("local", first)
    expect(first).toHaveBeenCalledTimes(1)
    expect([other, later]).toEqual([one, one])
  })

  it("is started anew for another environment", async () => {
    const session = new Session(inputs)
    const first = start()
    await session.ownCluster("local", first)
    await session.ownCluster("second", first)
    expect(first).toHaveBeenCalledTimes(2)
  })
})

describe("cleanups of a call", () => {
  it("run once at its end, after success and after failure", async () => {
    const session = new Session(inputs)
    const cleanup = vi.fn(async () => {})
    const good = async () => {
      session.withSource(inputs.source, "c0ffee").addCleanup(cleanup)
      return cleanup.mock.calls.length
    }
    expect(await session.runWithCleanup(good)).toBe(0)
    expect(cleanup).toHaveBeenCalledTimes(1)
    const bad = async () => {
      session.addCleanup(cleanup)
      throw new Error("it broke")
    }
    await expect(session.runWithCleanup(bad)).rejects.toThrow("it broke")
    expect(cleanup).toHaveBeenCalledTimes(2)
  })

  it("that fail are logged and do not change the call's outcome", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {})
    const session = new Session(inputs)
    const outcome = session.runWithCleanup(async () => {
      session.addCleanup(() => Promise.reject(new Error("no such service")))
      return 15
    })
    expect(await outcome).toBe(15)
    expect(log).toHaveBeenCalledWith("no such service")
    log.mockRestore()
  })
})

describe("the source", () => {
  it("sibling of G21: of a release is its commit's tree, whole, and its history that of the commit", async () => {
    const tree = {} as Inputs["source"]
    const released = new Session(inputs).withSource(tree, "c0ffee")
    expect(released.inputs.revision).toBe("c0ffee")
    expect(await released.source()).toBe(tree)
  })

  it("sibling of G20: without its repository nothing is left out, because what is committed is not known", async () => {
    const tree = {} as Inputs["source"]
    expect(await new Session({ ...inputs, source: tree }).source()).toBe(tree)
  })
})
