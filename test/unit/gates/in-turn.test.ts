/** In which order gates start, how many run at once, and what is told of them meanwhile. */
import { availableParallelism } from "node:os"
import { expect, test } from "vitest"
import { allMembers } from "../../../src/gates/engine/members.ts"
import type { GateProgress } from "../../../src/gates/index.ts"
import { progressText } from "../../../src/report/index.ts"
import { gate } from "../report/reports.ts"
import { member, nothing, run } from "./support/members.ts"

const names = ["images", "unit", "lint", "types"]
const turns = { images: "late", lint: "early", types: "early" } as const
const all = (started: string[] = []) =>
  names.map((name) =>
    member(
      name,
      {
        run: async () => {
          started.push(name)
          return { output: undefined }
        },
      },
      name in turns ? { turn: turns[name as keyof typeof turns] } : {},
    ),
  )

test("early gates start first and late ones last, and the report keeps its own order", async () => {
  const started: string[] = []
  const data = await run(all(started), { parallel: 1 })
  expect(started).toEqual(["lint", "types", "unit", "images"])
  expect(data.gates.map(({ gate: name }) => name)).toEqual(names)
})

test("gates that wait for images, services or a server are those that start last", () => {
  const of = (wanted: "early" | "late") =>
    allMembers.flatMap(({ name, turn }) => (turn === wanted ? [name] : []))
  expect(of("early")).toEqual(["typecheck", "lint"])
  expect(of("late")).toEqual([
    "integration",
    "end-to-end",
    "vulnerabilities",
    "dependencies",
    "images",
    "quality",
    "licenses",
    "bundle",
    "dynamic-analysis",
  ])
})

test("as many run at once as there are cores, and two at least", async () => {
  let [running, most] = [0, 0]
  const slow = Array.from({ length: availableParallelism() + 3 }, (_, at) =>
    member(`gate-${at}`, {
      run: async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 20))
        running -= 1
        return { output: undefined }
      },
    }),
  )
  await run(slow)
  expect(most).toBe(Math.max(2, availableParallelism()))
})

test("each gate is told as it comes to its result, once, with its seconds and how many are left", async () => {
  const told: GateProgress[] = []
  const none = member("none", { appliesTo: async () => ({ applies: false, why: "no" }) })
  const failing = member("bad", { decide: () => ({ ...nothing, errors: ["crashed"] }) })
  await run([...all(), failing, none], { told: (one) => told.push(one) })
  expect(told.map(({ done, of }) => `${done}/${of}`)).toEqual(["1/5", "2/5", "3/5", "4/5", "5/5"])
  expect(told.map(({ result }) => result.gate).sort()).toEqual(["bad", ...names].sort())
  expect(told.find(({ result }) => result.gate === "bad")?.result.verdict).toBe("error")
  for (const { seconds } of told) expect(seconds).toBeGreaterThanOrEqual(0)
})

test("the line about a gate has its verdict, as a warning where it blocks nothing, and nothing that controls a terminal", () => {
  expect(progressText(gate({ gate: "lint", verdict: "fail" }), 12.34, 3, 8)).toBe(
    "gates 3/8: lint ✗ fail, 12.3 s",
  )
  const warned = gate({ gate: "lint\u001b[31m\n::error::x", verdict: "fail", required: false })
  expect(progressText(warned, 1, 1, 1)).toBe("gates 1/1: lint ::error::x ⚠ warning: fail, 1.0 s")
})
