/** What is new against a base revision, and what that has, too. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type BaseFindings, compareWithBase, type Finding } from "../../../src/domain/index.ts"

const finding = (change: Partial<Finding> = {}): Finding => ({
  gate: "lint",
  rule: "no-eval",
  severity: "high",
  message: "eval is harmful",
  location: { file: "web/a.ts", line: 3 },
  subject: "eval is harmful",
  ...change,
})
const at = (line: number, file = "web/a.ts") => finding({ location: { file, line } })
const base = (
  findings: readonly Finding[],
  renamed: Readonly<Record<string, string>> = {},
): BaseFindings => ({
  findings,
  renamed: new Map(Object.entries(renamed)),
})
const lines = (findings: readonly Finding[]) => findings.map(({ location }) => location?.line)

test("a finding that has moved to another line is known", () => {
  expect(compareWithBase([at(90)], base([at(3)]))).toEqual({ fresh: [], known: [at(90)], gone: 0 })
})

test("one of another rule, file, subject or gate is new, and the other one is gone", () => {
  const others = [
    finding({ rule: "no-new" }),
    finding({ location: { file: "web/b.ts", line: 3 } }),
    finding({ subject: "another" }),
    finding({ gate: "typecheck" }),
  ]
  for (const other of others)
    expect(compareWithBase([other], base([at(3)]))).toEqual({ fresh: [other], known: [], gone: 1 })
})

describe("identical twins", () => {
  test("as many are known as there were: a third one is new", () => {
    const { fresh, known } = compareWithBase([at(3), at(7), at(11)], base([at(3), at(7)]))
    expect([lines(fresh), lines(known)]).toEqual([[11], [3, 7]])
  })

  test("one that is put above the old one is the new one, where the old one stays on its line", () => {
    const { fresh, known } = compareWithBase([at(1), at(7)], base([at(7)]))
    expect([lines(fresh), lines(known)]).toEqual([[1], [7]])
  })

  test("one that is waived takes one of the base: it was there before", () => {
    expect(compareWithBase([at(9)], base([at(3)]), [at(3)])).toMatchObject({ fresh: [at(9)], known: [] })
  })
})

describe("a file that has moved", () => {
  test("keeps its findings, whatever their lines", () => {
    const moved = at(8, "web/moved.ts")
    expect(compareWithBase([moved], base([at(3)], { "web/moved.ts": "web/a.ts" })).known).toEqual([moved])
  })

  test("and whose finding is about the whole file, by its path or that below its component", () => {
    const about = (file: string, subject: string) => finding({ location: { file, line: 1 }, subject })
    const renamed = { "api/cmd/new.go": "api/old.go" }
    for (const above of ["", "api/"]) {
      const [today, then] = ["api/cmd/new.go".slice(above.length), "api/old.go".slice(above.length)]
      const found = compareWithBase(
        [about("api/cmd/new.go", today)],
        base([about("api/old.go", then)], renamed),
      )
      expect(found.fresh).toEqual([])
    }
  })

  test("a leak in the history keeps the path that it had", () => {
    const leak = finding({ gate: "secrets", subject: "0123456:3" })
    expect(compareWithBase([leak], base([leak], { "web/moved.ts": "web/a.ts" })).fresh).toEqual([])
  })

  test("a twin that its copy brings is new", () => {
    const found = [at(3), at(3, "web/copy.ts")]
    expect(compareWithBase(found, base([at(3)])).fresh).toEqual([at(3, "web/copy.ts")])
  })
})

describe("a number beyond a limit", () => {
  const covered = (value: number) =>
    finding({ gate: "coverage", subject: "web", measured: { value, better: "higher", unit: "%" } })
  const sized = (value: number) =>
    finding({ gate: "images", subject: "web", measured: { value, better: "lower", unit: "MB" } })

  test("is known as long as it has not become worse", () => {
    expect(compareWithBase([covered(80)], base([covered(80)])).fresh).toEqual([])
    expect(compareWithBase([covered(85)], base([covered(80)])).fresh).toEqual([])
    expect(compareWithBase([covered(79)], base([covered(80)]))).toMatchObject({
      fresh: [covered(79)],
      gone: 1,
    })
    expect(compareWithBase([sized(99)], base([sized(100)])).fresh).toEqual([])
    expect(compareWithBase([sized(101)], base([sized(100)])).fresh).toEqual([sized(101)])
  })
})

test("a finding that has become graver is new: a leak in a commit that was on a branch alone when the base was judged", () => {
  const leak = finding({ gate: "secrets", severity: "critical", subject: "0123456:3" })
  expect(compareWithBase([leak], base([{ ...leak, severity: "info" }])).fresh).toEqual([leak])
  expect(compareWithBase([{ ...leak, severity: "info" }], base([leak])).fresh).toEqual([])
  const twins = base([{ ...leak, severity: "info" }, leak, { ...leak, severity: "info" }])
  expect(compareWithBase([leak, { ...leak }], twins)).toMatchObject({ fresh: [leak], known: [leak], gone: 2 })
})

test("whatever the two trees have: none is lost, and no more are known than there were", () => {
  const some = fc.array(
    fc.record({ line: fc.integer({ min: 1, max: 3 }), file: fc.constantFrom("a", "b", "c") }),
    { maxLength: 12 },
  )
  const asFindings = (all: readonly { line: number; file: string }[]) =>
    all.map(({ line, file }) => at(line, file))
  const texts = (all: readonly Finding[]) => all.map((one) => JSON.stringify(one.location)).sort()
  fc.assert(
    fc.property(some, some, fc.boolean(), (now, then, isMoved) => {
      const [found, before] = [asFindings(now), asFindings(then)]
      const { fresh, known, gone } = compareWithBase(found, base(before, isMoved ? { c: "b" } : {}))
      expect(texts([...fresh, ...known])).toEqual(texts(found))
      expect(known.length + gone).toBe(before.length)
      const inFile = (all: readonly Finding[], file: string) =>
        all.filter(({ location }) => location?.file === file).length
      expect(inFile(known, "a")).toBe(Math.min(inFile(found, "a"), inFile(before, "a")))
    }),
  )
})
