import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { machineOf } from "../../../toolchain/steps/machine.ts"
import { type Load, startable, type Task } from "../../../toolchain/steps/schedule.ts"

const load = (memory: number, cores = 1, downloads = 0): Load => ({ memory, cores, downloads })
const two: Load = { memory: 6, cores: 2, downloads: 2 }

const task = (id: string, changes: Partial<Task> = {}): Task => ({
  id,
  needs: [],
  load: load(1),
  seconds: 10,
  ...changes,
})

const ids = (tasks: readonly Task[]): string[] => tasks.map(({ id }) => id)

const at = (finished: readonly string[] = [], running: readonly string[] = []) => ({
  finished: new Set(finished),
  running: new Set(running),
})

describe("what starts", () => {
  test("the longest way to the end goes first, not the longest task", () => {
    const tasks = [
      task("alone", { seconds: 50 }),
      task("base", { seconds: 20 }),
      task("image", { seconds: 40, needs: ["base"] }),
    ]
    expect(ids(startable(tasks, at(), { ...two, cores: 1 }))).toEqual(["base"])
  })

  test("two large builds at once where memory allows, one where it does not", () => {
    const tasks = [task("trivy", { load: load(4), seconds: 300 }), task("engine", { load: load(2) })]
    expect(ids(startable(tasks, at(), two))).toEqual(["trivy", "engine"])
    expect(ids(startable(tasks, at(), { ...two, memory: 5 }))).toEqual(["trivy"])
  })

  test("downloads go on while others use all cores, two at a time", () => {
    const downloads = ["a", "b", "c"].map((id) => task(id, { load: load(0.25, 0, 1) }))
    const builds = ["x", "y"].map((id) => task(id, { seconds: 100 }))
    expect(ids(startable([...downloads, ...builds], at(), two))).toEqual(["x", "y", "a", "b"])
  })

  test("a small task does not take the room that the first one waits for", () => {
    const tasks = [
      task("running", { load: load(4), seconds: 300 }),
      task("large", { load: load(4), seconds: 200 }),
      task("small", { load: load(1), seconds: 5 }),
      task("tall", { load: load(2.5), seconds: 5 }),
    ]
    // Beside `large`, once it runs, `small` has room; `tall` has not.
    expect(ids(startable(tasks, at([], ["running"]), two))).toEqual(["small"])
  })

  test("what is larger than the machine runs, alone", () => {
    const tasks = [task("huge", { load: load(64, 32), seconds: 100 }), task("small")]
    expect(ids(startable(tasks, at(), two))).toEqual(["huge"])
    expect(ids(startable(tasks, at(["huge"]), two))).toEqual(["small"])
    expect(ids(startable(tasks, at([], ["small"]), two))).toEqual([])
  })

  test("a need that is none of the tasks counts as finished", () => {
    expect(ids(startable([task("a", { needs: ["made-before"] })], at(), two))).toEqual(["a"])
  })
})

const loads = fc.record({
  memory: fc.double({ min: 0, max: 5, noNaN: true }),
  cores: fc.constantFrom(0, 0.5, 1, 2),
  downloads: fc.constantFrom(0, 1),
})
const machines = fc.record({
  memory: fc.double({ min: 0, max: 12, noNaN: true }),
  cores: fc.integer({ min: 1, max: 4 }),
  downloads: fc.constant(2),
})
/** Tasks that need only such as come before them in the list, which is then turned around. */
const graphs = fc
  .array(fc.tuple(loads, fc.integer({ min: 0, max: 300 }), fc.array(fc.nat(11), { maxLength: 3 })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((list) =>
    list
      .map(([taken, seconds, before], index) => ({
        id: `t${index}`,
        needs: [...new Set(before.filter((need) => need < index).map((need) => `t${need}`))],
        load: taken,
        seconds,
      }))
      .reverse(),
  )

const kinds = ["memory", "cores", "downloads"] as const

/** Plays a whole run, in which whatever `choose` says ends next; tells every moment of it. */
function play(
  tasks: readonly Task[],
  machine: Load,
  choose: (count: number) => number,
  look: (moment: {
    finished: ReadonlySet<string>
    running: readonly Task[]
    started: readonly Task[]
  }) => void,
): void {
  const finished = new Set<string>()
  let running: Task[] = []
  while (finished.size < tasks.length) {
    const started = startable(tasks, { finished, running: new Set(ids(running)) }, machine)
    running = [...running, ...started]
    look({ finished, running, started })
    const ended = running[choose(running.length)]
    if (!ended) throw new Error("nothing runs, and not everything has ended")
    running = running.filter((one) => one !== ended)
    finished.add(ended.id)
  }
}

/** Picks by a list of numbers, over and over. */
function picker(numbers: readonly number[]): (count: number) => number {
  let next = 0
  return (count) => (numbers[next++ % numbers.length] ?? 0) % Math.max(1, count)
}

const ends = fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 })

function wayOf(tasks: readonly Task[], of: Task): number {
  const after = tasks.filter(({ needs }) => needs.includes(of.id))
  return of.seconds + Math.max(0, ...after.map((one) => wayOf(tasks, one)))
}

describe("of any tasks on any machine", () => {
  test("never more runs than the machine holds, never before its needs, nothing twice, and all of it ends", () => {
    fc.assert(
      fc.property(graphs, machines, ends, (tasks, machine, numbers) => {
        play(tasks, machine, picker(numbers), ({ finished, running, started }) => {
          for (const kind of kinds) {
            const taken = running.reduce((sum, one) => sum + Math.min(one.load[kind], machine[kind]), 0)
            expect(taken).toBeLessThanOrEqual(machine[kind] + 1e-6)
          }
          for (const one of started) for (const need of one.needs) expect(finished).toContain(need)
          expect(new Set(ids(running)).size).toBe(running.length)
          expect(ids(running).some((id) => finished.has(id))).toBe(false)
        })
      }),
      { numRuns: 2000 },
    )
  })

  test("the first in order waits only for what goes before it, or ran when its turn came", () => {
    fc.assert(
      fc.property(graphs, machines, ends, (tasks, machine, numbers) => {
        const order: readonly Task[] = [...tasks].sort((a, b) => wayOf(tasks, b) - wayOf(tasks, a))
        let head: { readonly id: string; readonly beside: ReadonlySet<string> } | undefined
        play(tasks, machine, picker(numbers), ({ finished, running }) => {
          const waits = order.find(
            (one) =>
              !finished.has(one.id) &&
              !running.includes(one) &&
              one.needs.every((need) => finished.has(need)),
          )
          if (!waits) {
            head = undefined
            return
          }
          if (head?.id !== waits.id) head = { id: waits.id, beside: new Set(ids(running)) }
          const before = order.slice(0, order.indexOf(waits))
          const reasons = running.filter((one) => before.includes(one) || head?.beside.has(one.id))
          expect(reasons.length).toBeGreaterThan(0)
        })
      }),
      { numRuns: 2000 },
    )
  })
})

describe("the machine", () => {
  const meminfo = "MemTotal:       24630000 kB\nMemFree:  1000000 kB\nMemAvailable:   20971520 kB\n"

  test("what is free counts, less what the services need", () => {
    expect(machineOf({ meminfo, limit: 0, cores: 2 })).toEqual({ memory: 19, cores: 2, downloads: 2 })
  })

  test("the limit of a control group counts, a limit above all memory does not", () => {
    expect(machineOf({ meminfo, limit: 8 * 2 ** 30, cores: 2 }).memory).toBe(7)
    expect(machineOf({ meminfo, limit: 2 ** 63, cores: 2 }).memory).toBe(19)
  })

  test.each([
    ["says nothing of its memory", ""],
    ["has next to none left", "MemAvailable:   900000 kB\n"],
  ])("one that %s runs one thing after the other", (_, text) => {
    const machine = machineOf({ meminfo: text, limit: 0, cores: 2 })
    const tasks = [task("a", { load: load(0.5) }), task("b", { load: load(4) })]
    expect(startable(tasks, at(), machine)).toHaveLength(1)
  })
})
