/**
 * The six checks of a push, of which one breaks at a time: that one is red, the others stay as they were, and the summary lists all
 * of them.
 */
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { judged, outputOf, seconds } from "./support/built-language.ts"
import { type Project, project } from "./support/project.ts"
import { withDependency, withLocked } from "./support/vulnerable.ts"

vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

const six = ["typecheck", "lint", "unit", "coverage", "vulnerabilities", "images"] as const
type Check = (typeof six)[number]
type Changes = Readonly<Record<string, (text: string) => string>>
const onlySix = six.flatMap((gate) => ["--only", gate])

let shop: Project
beforeAll(async () => {
  shop = await project()
})
afterAll(() => shop[Symbol.asyncDispose]())

async function verdicts(): Promise<Readonly<Record<string, string>>> {
  const { gates } = await judged(shop, ...onlySix)
  return Object.fromEntries(gates.map(({ gate, verdict }) => [gate, verdict]))
}

/** Their verdicts, and what is shown to people, while files are changed. */
async function broken(changes: Changes) {
  const before: Record<string, string> = {}
  const after: Record<string, string> = {}
  for (const [file, change] of Object.entries(changes)) {
    const text = await shop.files.read(file)
    before[file] = text
    after[file] = change(text)
  }
  await shop.write(after)
  try {
    return { verdicts: await verdicts(), shown: await outputOf(shop, "gates", ...onlySix, "markdown") }
  } finally {
    await shop.write(before)
  }
}

const allPassBut = (verdict: string, ...checks: readonly Check[]) =>
  Object.fromEntries(six.map((gate) => [gate, checks.includes(gate) ? verdict : "pass"]))

it("all six are green before anything breaks", async () => {
  expect(await verdicts()).toEqual(allPassBut("fail"))
})

const tests = "web/test/answer.test.ts"
const append = (line: string) => (text: string) => `${text}${line}\n`
const branches = Array.from({ length: 80 }, (_, n) => `  if (n === ${n}) return ${n + 1}`).join("\n")
const untested = `export function untested(n: number): number {\n${branches}\n  return 0\n}`

it.each<[Check, Changes]>([
  ["typecheck", { [tests]: append('export const wrong: number = "no"') }],
  ["lint", { [tests]: append("export const anything: any = 1") }],
  ["coverage", { "web/src/basket.ts": append(untested) }],
  ["vulnerabilities", { "web/package.json": withDependency, "web/package-lock.json": withLocked }],
  ["images", { "signalbox.yaml": (text) => text.replace("port: 8080 }", "port: 8080, maxImageMb: 1 }") }],
])("N01 %s alone is red where it is broken alone, and the summary lists all six", async (check, changes) => {
  const { verdicts, shown } = await broken(changes)
  expect(verdicts).toEqual(allPassBut("fail", check))
  for (const gate of six) expect(shown).toContain(gate)
})

it("N01 a failing test is the red of unit; its coverage still counts as it is", async () => {
  const { verdicts } = await broken({ [tests]: (text) => text.replace("1700", "1701") })
  expect(verdicts).toEqual({
    ...allPassBut("fail", "unit"),
    coverage: expect.stringMatching(/^(?:pass|error)$/),
  })
})

it("N01 a build that breaks is the error of what judges its image, and of nothing else", async () => {
  const { verdicts, shown } = await broken({
    "web/tsconfig.build.json": (text) => text.replace('["src"]', '["nowhere"]'),
  })
  expect(verdicts).toEqual(allPassBut("error", "images", "vulnerabilities"))
  expect(shown).toContain("TS18003")
})
