import type { Secret } from "@dagger.io/dagger"
import { describe, expect, it, vi } from "vitest"
import { type Inputs, type ReachedCluster, Session } from "../../../src/call/index.ts"

const inputs = {} as Inputs

describe("the nonce of effects", () => {
  it("differs at every look, because the world may have changed since the last one", () => {
    const session = new Session(inputs)
    expect(new Set([session.nonce, session.nonce, session.nonce]).size).toBe(3)
  })

  it("is never shared with the session over another source tree", () => {
    const session = new Session(inputs)
    const other = session.over(inputs.source)
    expect(other.id).toBe(session.id)
    expect(new Set([session.nonce, other.nonce, session.nonce, other.nonce]).size).toBe(4)
  })
})

describe("a cluster of the call's own", () => {
  const start = () =>
    vi.fn(async (): Promise<ReachedCluster> => ({ kubeconfig: {} as Secret, cluster: undefined }))

  it("is started once for an environment, also over another source tree", async () => {
    const session = new Session(inputs)
    const first = start()
    const [one, other] = await Promise.all([
      session.ownCluster("local", first),
      session.ownCluster("local", first),
    ])
    const later = await session.over(inputs.source).ownCluster("local", first)
    expect(first).toHaveBeenCalledTimes(1)
    expect([other, later]).toEqual([one, one])
  })

  it("is another one for another environment", async () => {
    const session = new Session(inputs)
    const first = start()
    await session.ownCluster("local", first)
    await session.ownCluster("second", first)
    expect(first).toHaveBeenCalledTimes(2)
  })
})

describe("what a call has started", () => {
  it("ends with it, once, whether it succeeded or not", async () => {
    const session = new Session(inputs)
    const ended = vi.fn(async () => {})
    const good = async () => {
      session.over(inputs.source).atEnd(ended)
      return ended.mock.calls.length
    }
    expect(await session.during(good)).toBe(0)
    expect(ended).toHaveBeenCalledTimes(1)
    const bad = async () => {
      session.atEnd(ended)
      throw new Error("it broke")
    }
    await expect(session.during(bad)).rejects.toThrow("it broke")
    expect(ended).toHaveBeenCalledTimes(2)
  })

  it("and cannot be ended is told, and does not change how the call ends", async () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => {})
    const session = new Session(inputs)
    const outcome = session.during(async () => {
      session.atEnd(() => Promise.reject(new Error("no such service")))
      return 15
    })
    expect(await outcome).toBe(15)
    expect(told).toHaveBeenCalledWith("no such service")
    told.mockRestore()
  })
})
