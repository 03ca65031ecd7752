import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { componentFiles, configurationOf, editedFile, nameOf } from "../../../bench/gates/components.ts"
import { growthFigures } from "../../../bench/gates/growth.ts"
import { type PackageLock, partOfLock } from "../../../bench/gates/lock.ts"
import { parseConfig } from "../../../src/config/index.ts"

const lock: PackageLock = JSON.parse(
  readFileSync("examples/intelligent-agent/backend/package-lock.json", "utf8"),
)

describe("a part of a lock file", () => {
  const packages = {
    "node_modules/a": { version: "1.0.0", dependencies: { b: "^2", c: "*" } },
    "node_modules/b": { version: "1.0.0" },
    "node_modules/a/node_modules/b": { version: "2.0.0", dependencies: { c: "*" } },
    "node_modules/c": { version: "3.0.0", optionalDependencies: { elsewhere: "*" } },
    "node_modules/unused": { version: "9.0.0" },
  }

  test("has what is needed, where Node finds it, and nothing else", () => {
    const { packages: part } = partOfLock("x", ["a"], { packages })
    expect(Object.keys(part)).toEqual([
      "",
      "node_modules/a",
      "node_modules/a/node_modules/b",
      "node_modules/c",
    ])
    expect(part[""]).toMatchObject({ devDependencies: { a: "1.0.0" } })
  })

  test("of something that is not there is an error: no version is made up", () => {
    expect(() => partOfLock("x", ["gone"], { packages })).toThrow("the lock file has no gone, which x needs")
    const broken = { packages: { "node_modules/a": { version: "1.0.0", dependencies: { b: "*" } } } }
    expect(() => partOfLock("x", ["a"], broken)).toThrow("has no b, which node_modules/a needs")
  })
})

describe("a generated repository", () => {
  test("has a configuration that is one, with every component", () => {
    const { "signalbox.yaml": text = "" } = configurationOf(50)
    const { components } = parseConfig(text, "signalbox.yaml")
    expect(Object.keys(components)).toHaveLength(50)
    expect(components[nameOf(49)]).toMatchObject({ path: "components/part50", language: "node" })
  })

  test("has components that differ in name alone, each with digests that the example's lock file has", () => {
    const files = componentFiles("part07", lock)
    expect(files).toHaveProperty([editedFile("part07")])
    const own = JSON.parse(files["components/part07/package-lock.json"] ?? "")
    expect(own.name).toBe("part07")
    for (const [place, one] of Object.entries(own.packages))
      if (place !== "") expect(one).toEqual(lock.packages[place])
    expect(own.packages).toHaveProperty(["node_modules/typescript"])
    expect(own.packages).toHaveProperty(["node_modules/eslint"])
    const other = componentFiles("part08", lock)
    const renamed = Object.entries(other).map(([path, text]) =>
      [path, text].map((one) => one.replaceAll("part08", "part07")),
    )
    expect(Object.fromEntries(renamed)).toEqual(files)
  })
})

describe("growth with components", () => {
  const sizes = [1, 5, 20, 50]
  const measured = (seconds: (size: number) => number) =>
    sizes.map((size) => ({ size, again: [seconds(size)], edit: [seconds(size) + 2] }))

  test("is good where a call costs little more for each further component", () => {
    const { durations, growth } = growthFigures(measured((size) => 5 + size / 20))
    expect([...durations, ...growth].map(({ id, ok }) => [id, ok])).toEqual([
      ["components-50-again", true],
      ["components-50-after-edit", true],
      ["components-again", true],
      ["components-after-edit", true],
    ])
  })

  test("is missed where all components run again, and says what each further one adds", () => {
    const { durations, growth } = growthFigures(measured((size) => 2 * size))
    expect(durations[0]).toMatchObject({ ok: false, seconds: { median: 100 } })
    expect(growth[0]).toMatchObject({ ok: false, exponent: 1 })
    expect(growth[0]?.note).toBe("1 of them take 2.00 s, and each further one adds 2.00 s")
  })
})
