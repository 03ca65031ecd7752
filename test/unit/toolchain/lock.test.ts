import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { expect, test } from "vitest"
import { takeLock, tryLock } from "../../../toolchain/steps/index.ts"
import { takeTogether } from "../../../toolchain/steps/lock.ts"

const module = join(import.meta.dirname, "../../../toolchain/steps/index.ts")
const name = (): string => `test:${process.pid}:${Math.random()}`

/** A process that holds a lock until it dies. */
async function holder(lock: string) {
  const code = `import { takeLock } from ${JSON.stringify(module)}
    await takeLock(${JSON.stringify(lock)}, "a test", () => undefined)
    console.log("held")
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", code], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  await once(child.stdout, "data")
  return child
}

test("a killed holder's lock is free at once, and until then its holder is named", async () => {
  const lock = name()
  const child = await holder(lock)
  let named = ""
  const taken = takeLock(lock, "this test", (who) => {
    named = who
    child.kill("SIGKILL")
  })
  const release = await taken
  expect(named).toBe(`a test, process ${child.pid}`)
  await release()
})

test("a released lock goes to the one who waits", async () => {
  const lock = name()
  const release = await takeLock(lock, "first", () => undefined)
  const order: string[] = []
  const second = takeLock(lock, "second", () => order.push("waits")).then((free) => {
    order.push("taken")
    return free
  })
  await new Promise((resolve) => setTimeout(resolve, 250))
  order.push("released")
  await release()
  await (await second)()
  expect(order).toEqual(["waits", "released", "taken"])
})

test("a lock that is held is not waited for where only a free one is wanted", async () => {
  const lock = name()
  const release = await takeLock(lock, "first", () => undefined)
  expect(await tryLock(lock, "second")).toBeUndefined()
  await release()
  const second = await tryLock(lock, "second")
  expect(second).toBeDefined()
  await second?.()
})

test("what a process holds together is free when the last of it has let go", async () => {
  const lock = name()
  const none = () => undefined
  const [first, second] = await Promise.all([takeTogether(lock, "a", none), takeTogether(lock, "b", none)])
  await first()
  expect(await tryLock(lock, "other")).toBeUndefined()
  const third = await takeTogether(lock, "c", none)
  await second()
  expect(await tryLock(lock, "other")).toBeUndefined()
  await third()
  const other = await tryLock(lock, "other")
  expect(other).toBeDefined()
  const fourth = takeTogether(lock, "d", none)
  await other?.()
  await (await fourth)()
})
