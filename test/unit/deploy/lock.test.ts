import { describe, expect, test } from "vitest"
import { systemClock } from "../../../src/deploy/clock.ts"
import { ConflictError, leasePath } from "../../../src/deploy/cluster/index.ts"
import {
  acquireLock,
  HeldLock,
  holderIdentity,
  leaseName,
  readLock,
  unlock,
  viewOf,
} from "../../../src/deploy/lock/index.ts"
import { leaseOf } from "../../../src/deploy/lock/lease.ts"
import { SignalboxError } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { environmentOf } from "./support/sets.ts"

const path = leasePath("apps", leaseName)

function request(who: string, knownFence = 0) {
  return {
    environment: "staging",
    namespace: "apps",
    holder: { who, id: `${who}-1` },
    operation: `op-${who}`,
    settings: environmentOf().lock,
    knownFence,
  }
}

/** Somebody else's Lease; `renew` writes it again. */
function foreign(api: MemoryApi, fence = 4, ttlMs = 60_000) {
  const renew = () =>
    api.put(
      path,
      leaseOf({
        namespace: "apps",
        holder: "anna (a-1)",
        operation: "op-a",
        fence,
        ttlMs,
        now: new Date(0),
        version: null,
      }),
    )
  renew()
  return { renew }
}

describe("taking the lock", () => {
  test("the first one gets number 1", async () => {
    const acquired = await acquireLock(new MemoryApi(), new MemoryClock(), request("ben"))
    expect(acquired.fence).toBe(1)
  })

  test("the number goes on from ledger and Lease, so deleting the Lease does not reset it", async () => {
    const api = new MemoryApi()
    expect((await acquireLock(api, new MemoryClock(), request("ben", 7))).fence).toBe(8)
    api.objects.delete(path)
    expect((await acquireLock(api, new MemoryClock(), request("ben", 8))).fence).toBe(9)
  })

  test("a holder that never renews is taken over after one time to live, not earlier", async () => {
    const api = new MemoryApi()
    foreign(api)
    const clock = new MemoryClock()
    const acquired = await acquireLock(api, clock, request("ben"))
    expect(acquired.fence).toBe(5)
    expect(clock.elapsed).toBeGreaterThanOrEqual(60_000)
    expect(clock.elapsed).toBeLessThan(62_000)
  })

  test("the holder's own time to live counts, not the waiter's", async () => {
    const api = new MemoryApi()
    foreign(api, 4, 20_000)
    const clock = new MemoryClock()
    await acquireLock(api, clock, request("ben"))
    expect(clock.elapsed).toBeLessThan(22_000)
  })

  test("wall clocks do not matter: a Lease from the future or the past is judged alike", async () => {
    const api = new MemoryApi()
    api.put(path, leaseOf({ ...lease(), now: new Date("2999-01-01") }))
    const clock = new MemoryClock()
    await acquireLock(api, clock, request("ben"))
    expect(clock.elapsed).toBeGreaterThanOrEqual(60_000)
  })

  test("a holder seen renewing is named with 14 at the end of the wait", async () => {
    const api = new MemoryApi()
    const { renew } = foreign(api)
    const clock = new MemoryClock()
    clock.onTick = (now) => {
      if (now % 10_000 === 0) renew()
    }
    const attempt = acquireLock(api, clock, request("ben"))
    await expect(attempt).rejects.toThrow(/held by anna \(a-1\)/)
    await expect(attempt).rejects.toMatchObject({ code: "LOCKED", exitCode: 14 })
    expect(clock.elapsed).toBeGreaterThanOrEqual(75_000)
    expect(clock.elapsed).toBeLessThan(77_000)
  })

  test("a holder that renews once and then dies is waited for, then taken over", async () => {
    const api = new MemoryApi()
    const { renew } = foreign(api, 4, 30_000)
    const clock = new MemoryClock()
    clock.onTick = (now) => {
      if (now === 10_000) renew()
    }
    await acquireLock(api, clock, request("ben"))
    expect(clock.elapsed).toBeGreaterThanOrEqual(40_000)
  })

  test("V15 a dead holder's Lease of a day is waited for no longer than the waiter's own wait: 14", async () => {
    const api = new MemoryApi()
    foreign(api, 4, 86_400_000)
    const clock = new MemoryClock()
    await expect(acquireLock(api, clock, request("ben"))).rejects.toMatchObject({
      exitCode: 14,
      detail: {
        what: "staging is held by anna (a-1)",
        why: expect.stringMatching(/did not renew the lock in the 75 s .*, and its Lease is for 86400 s/),
        next: expect.stringContaining("unlock --holder"),
      },
    })
    expect(clock.elapsed).toBeLessThan(77_000)
  })

  test("sibling of V15: holders that follow each other, each without a renewal, do not lengthen the wait", async () => {
    const api = new MemoryApi()
    const { renew } = foreign(api)
    const clock = new MemoryClock()
    let fence = 4
    clock.onTick = (now) => {
      if (now % 30_000 < 1000) foreign(api, ++fence)
      else if (now % 30_000 < 2000) renew()
    }
    await expect(acquireLock(api, clock, request("ben"))).rejects.toMatchObject({ code: "LOCKED" })
    expect(clock.elapsed).toBeLessThan(77_000)
  })

  test("a released lock is taken at once", async () => {
    const api = new MemoryApi()
    const clock = new MemoryClock()
    const ask = request("anna")
    const held = new HeldLock(api, clock, ask, await acquireLock(api, clock, ask))
    await held.release()
    expect(await readLock(api, "apps")).toBeNull()
    expect((await acquireLock(api, clock, request("ben"))).fence).toBe(2)
    expect(clock.elapsed).toBe(0)
  })

  test("of many at once exactly one gets it", async () => {
    const api = new MemoryApi()
    const clock = new MemoryClock()
    // No time passes: whoever has to wait waits for ever.
    clock.onTick = () => new Promise(() => {})
    let taken = 0
    for (let index = 0; index < 8; index++)
      void acquireLock(api, clock, request(`p${index}`)).then(() => {
        taken++
      })
    for (let turn = 0; turn < 200; turn++) await Promise.resolve()
    expect(taken).toBe(1)
  })
})

describe("holding the lock", () => {
  async function held() {
    const api = new MemoryApi()
    const clock = new MemoryClock()
    const ask = request("anna")
    return { api, clock, lock: new HeldLock(api, clock, ask, await acquireLock(api, clock, ask)) }
  }

  test("changes are allowed until 40 s without a renewal, and not after", async () => {
    const { clock, lock } = await held()
    clock.elapsed = 39_999
    lock.assertHeld()
    clock.elapsed = 40_000
    expect(() => lock.assertHeld()).toThrow(
      expect.objectContaining({ code: "CLUSTER_UNREACHABLE", exitCode: 11 }),
    )
    expect(lock.lost.aborted).toBe(true)
  })

  test("a holder whose Lease was taken loses it at its next renewal", async () => {
    const api = new MemoryApi()
    const ask = request("anna")
    const clock = new RenewingClock()
    const lock = new HeldLock(api, clock, ask, await acquireLock(api, clock, ask)).start()
    foreign(api, 9)
    await clock.renewals(1)
    expect(() => lock.assertHeld()).toThrow(expect.objectContaining({ code: "LOCK_LOST", exitCode: 14 }))
    await lock.release()
    expect((await readLock(api, "apps"))?.holder).toBe("anna (a-1)")
  })

  test("a renewal whose answer was lost is still ours", async () => {
    const api = new MemoryApi()
    const ask = request("anna")
    const clock = new RenewingClock()
    const lock = new HeldLock(api, clock, ask, await acquireLock(api, clock, ask)).start()
    let failing = true
    api.onWrite = (_path, done) => {
      if (done && failing) throw new SignalboxError("CLUSTER_UNREACHABLE", { what: "no answer" })
    }
    await clock.renewals(1)
    failing = false
    await clock.renewals(2)
    clock.elapsed += 39_000
    lock.assertHeld()
    await lock.release()
  })
})

describe("V36 a renewal that is not answered", () => {
  const lock = { ttl: "600ms", renew: "50ms", giveUp: "300ms", wait: "900ms" }
  const settings = environmentOf({ lock }).lock

  /** Milliseconds from the last renewal until children are told to end. */
  async function lostAfter(answer: (api: MemoryApi) => void): Promise<number> {
    const api = new MemoryApi()
    const asked = { ...request("ben"), settings }
    const held = new HeldLock(api, systemClock, asked, await acquireLock(api, systemClock, asked)).start()
    const since = performance.now()
    answer(api)
    await new Promise((resolve) => held.lost.addEventListener("abort", resolve, { once: true }))
    expect(() => held.assertHeld()).toThrow(expect.objectContaining({ code: "CLUSTER_UNREACHABLE" }))
    await held.release()
    return performance.now() - since
  }
  const never = () => new Promise<never>(() => {})

  test("V36 with a conflict, and then nothing to the question whose the Lease is: given up in time", async () => {
    const after = await lostAfter((api) => {
      api.replace = () => Promise.reject(new ConflictError(path))
      api.get = never
    })
    expect(after).toBeLessThan(550)
  })

  test("C20 by a credential that has expired: a fresh kubeconfig is asked for, not patience", async () => {
    const api = new MemoryApi()
    const asked = { ...request("ben"), settings }
    const held = new HeldLock(api, systemClock, asked, await acquireLock(api, systemClock, asked)).start()
    api.replace = () =>
      Promise.reject(new SignalboxError("CLUSTER_REFUSED", { what: "no", why: "Unauthorized" }))
    await new Promise((resolve) => held.lost.addEventListener("abort", resolve, { once: true }))
    expect(() => held.assertHeld()).toThrow(
      expect.objectContaining({
        exitCode: 11,
        detail: expect.objectContaining({
          why: "Unauthorized",
          next: expect.stringContaining("pass a fresh kubeconfig"),
        }),
      }),
    )
    await held.release()
  })

  test("sibling of V36: nor at all", async () => {
    expect(await lostAfter((api) => (api.replace = never))).toBeLessThan(550)
  })
})

describe("a lost answer to a renewal", () => {
  async function lostAnswer() {
    const api = new MemoryApi()
    const ask = request("anna")
    const clock = new RenewingClock()
    const lock = new HeldLock(api, clock, ask, await acquireLock(api, clock, ask)).start()
    api.onWrite = (_path, done) => {
      if (done) throw new SignalboxError("CLUSTER_UNREACHABLE", { what: "no answer" })
    }
    await clock.renewals(1)
    api.onWrite = () => {}
    return { api, clock, lock }
  }

  test("is made up for by another write: a waiter sees nothing else", async () => {
    const { api, clock, lock } = await lostAnswer()
    const before = api.objects.get(path)?.metadata.resourceVersion
    clock.elapsed = 35_000
    await clock.renewals(1)
    expect(api.objects.get(path)?.metadata.resourceVersion).not.toBe(before)
    clock.elapsed = 70_000
    lock.assertHeld()
    await lock.release()
  })

  test("counts as silence while nobody can be asked whose the Lease is", async () => {
    const { api, clock, lock } = await lostAnswer()
    api.get = () => Promise.reject(new SignalboxError("CLUSTER_UNREACHABLE", { what: "no answer" }))
    clock.elapsed = 41_000
    await clock.renewals(1)
    expect(lock.lost.aborted).toBe(true)
    await lock.release()
  })
})

describe("unlock", () => {
  test("by the name that status shows, or who alone", async () => {
    const api = new MemoryApi()
    foreign(api)
    expect((await unlock(api, "apps", "anna"))?.holder).toBe("anna (a-1)")
    expect(await readLock(api, "apps")).toBeNull()
    expect(await unlock(api, "apps", "anna")).toBeNull()
  })

  test("not somebody else's", async () => {
    const api = new MemoryApi()
    foreign(api)
    await expect(unlock(api, "apps", "ben")).rejects.toMatchObject({ code: "USAGE" })
    expect((await readLock(api, "apps"))?.holder).toBe("anna (a-1)")
  })

  test.each([
    ["a renewal comes between look and write", 1, null],
    ["it changes without an end", Number.POSITIVE_INFINITY, { code: "LOCKED", exitCode: 14 }],
  ])("where %s", async (_name, renewals, refused) => {
    const api = new MemoryApi()
    foreign(api)
    const get = api.get.bind(api)
    let left = renewals
    api.get = async (of) => {
      const object = await get(of)
      if (of === path && left-- > 0) foreign(api)
      return object
    }
    const taken = unlock(api, "apps", "anna")
    if (refused === null) expect(await taken).toMatchObject({ holder: "anna (a-1)" })
    else await expect(taken).rejects.toMatchObject(refused)
    left = 0
    expect((await readLock(api, "apps"))?.holder ?? null).toBe(refused === null ? null : "anna (a-1)")
  })

  test("keeps the fencing number", async () => {
    const api = new MemoryApi()
    foreign(api, 12)
    await unlock(api, "apps", "anna")
    expect((await acquireLock(api, new MemoryClock(), request("ben"))).fence).toBe(13)
  })
})

test("compare-and-swap: the memory API refuses a stale version", async () => {
  const api = new MemoryApi()
  foreign(api)
  await expect(api.replace(path, { metadata: { name: leaseName, resourceVersion: "0" } })).rejects.toThrow(
    ConflictError,
  )
})

test("an identity names who, and which of their processes", () => {
  expect(holderIdentity({ who: "anna@laptop", id: "7f" })).toBe("anna@laptop (7f)")
  expect(viewOf(leaseOf(lease())).holder).toBe("anna (a-1)")
})

function lease() {
  return {
    namespace: "apps",
    holder: "anna (a-1)",
    operation: "op-a",
    fence: 1,
    ttlMs: 60_000,
    now: new Date(0),
    version: null,
  }
}

/** Lets the renewal loop run as often as it is told. */
class RenewingClock extends MemoryClock {
  #wake: (() => void) | undefined

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal === undefined) return super.sleep(ms)
    return new Promise((resolve, reject) => {
      // Longer sleeps are those of the watch over the whole time without a renewal.
      if (ms <= 10_000) this.#wake = resolve
      signal.addEventListener("abort", () => reject(signal.reason), { once: true })
    })
  }

  async renewals(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) {
      this.#wake?.()
      for (let settle = 0; settle < 20; settle++) await Promise.resolve()
    }
  }
}
