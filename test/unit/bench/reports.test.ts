import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { figuresOf } from "../../../bench/reports/index.ts"
import { type Measured, measure } from "../../../bench/reports/measured.ts"
import { outputsOf, workdir } from "../../../bench/reports/outputs.ts"
import { readFindings } from "../../../src/gates/formats/findings.ts"
import { readTests } from "../../../src/gates/formats/tests.ts"
import { scratch } from "../toolchain/scratch.ts"

const web = { name: "web", path: "web", workdir }

test.each([10, 101, 1000])(
  "of %d findings, the tools' outputs have that many, each with an identity of its own",
  (size) => {
    const { eslint, sarif, junit } = outputsOf(size)
    const found = [
      ...readFindings("eslint-json", [eslint], web).findings,
      ...readFindings("sarif", [sarif], web).findings,
      ...readTests("junit", [junit], web).findings,
    ]
    expect(found).toHaveLength(size)
    const places = found.map(({ rule, location, subject }) => `${rule} ${location?.file} ${subject}`)
    expect(new Set(places).size).toBe(size)
    expect(found.every(({ location }) => location?.file !== undefined && location.line !== undefined)).toBe(
      true,
    )
  },
)

describe("what is measured", () => {
  async function directoryWith(size: number): Promise<string> {
    const directory = await scratch()
    const { eslint, sarif, junit } = outputsOf(size)
    await writeFile(join(directory, "eslint.json"), eslint)
    await writeFile(join(directory, "results.sarif"), sarif)
    await writeFile(join(directory, "junit.xml"), junit)
    return directory
  }

  test("is reading, merging and every form of report, with the memory that it takes", async () => {
    const { parts, mebibytes, processor } = measure(await directoryWith(200), 200)
    expect(Object.keys(parts)).toEqual([
      ...["reading", "merging", "JSON", "SARIF", "JUnit", "Markdown", "HTML", "reading the JSON"],
    ])
    expect(processor).toBeGreaterThan(0)
    expect(mebibytes).toBeGreaterThan(20)
  })

  test("is an error where a finding got lost: no figure is about less than it says", async () => {
    const directory = await directoryWith(200)
    expect(() => measure(directory, 201)).toThrow("the report has 200 findings of 201")
  })
})

describe("the figures", () => {
  const once = (seconds: number, mebibytes: number): Measured[] => [
    { parts: { reading: seconds / 4, HTML: (seconds * 3) / 4 }, processor: seconds, mebibytes },
  ]

  test("are good where time grows in proportion and memory stays within a runner's", () => {
    const { durations, memory, growth, parts } = figuresOf(
      new Map([
        [10, once(0.1, 100)],
        [1000, once(0.1, 120)],
        [100_000, once(9.9, 700)],
      ]),
    )
    expect([...durations, ...memory, ...growth].map(({ id, ok }) => [id, ok])).toEqual([
      ["reports-1000", true],
      ["reports-100000", true],
      ["memory-reports-100000", true],
      ["reports-growth", true],
    ])
    expect(parts["reports-100000"]).toMatchObject({ HTML: 7.425, reading: 2.475 })
  })

  test("name what takes longest where a goal is missed", () => {
    const { durations, memory, growth } = figuresOf(
      new Map([
        [1000, once(0.1, 120)],
        [100_000, once(1000, 2000)],
      ]),
    )
    expect(growth[0]).toMatchObject({ ok: false, exponent: 2, note: "HTML 750.0 s, reading 250.0 s" })
    expect(durations[1]).toMatchObject({ ok: false, note: "HTML 750.0 s, reading 250.0 s" })
    expect(memory[0]).toMatchObject({
      ok: false,
      note: "1000 findings take 120 MiB, and each further one adds 19.4 KiB",
    })
  })
})
