/** Sizes of what builds write, measured over real files, and what follows from them. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { brotliDecompressSync, gunzipSync } from "node:zlib"
import fc from "fast-check"
import { afterAll, describe, expect, test } from "vitest"
import { SignalboxError } from "../../../../src/domain/index.ts"
import { judgeBundle } from "../../../../src/gates/bundle/decide.ts"
import { measure } from "../../../../src/gates/bundle/measure/main.ts"
import { filesOf } from "../../../../src/gates/bundle/measure/walk.ts"
import { readMeasured } from "../../../../src/gates/bundle/read.ts"
import { type Budget, bundleSettings, stricterBundle } from "../../../../src/gates/bundle/settings.ts"

const root = mkdtempSync(join(tmpdir(), "image-"))
afterAll(() => rmSync(root, { recursive: true }))

const html = "/usr/share/nginx/html"
function put(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}
put(`${html}/index.html`, "<html></html>")
put(`${html}/empty.js`, "")
put(`${html}/assets/main-ab12.js`, "console.log('main');".repeat(500))
put(
  `${html}/assets/vendor-cd34.js`,
  Array.from({ length: 4000 }, (_, n) => `v${n * 7919};`)
    .join("")
    .slice(0, 37_490),
)
put(`${html}/assets/deep/er/style.css`, "a{color:red}")
symlinkSync("/etc/passwd", join(root, html, "assets", "leak.txt"))
symlinkSync("/etc", join(root, html, "linked"))

const budgets = (...given: object[]): readonly Budget[] =>
  bundleSettings.parse({ budgets: given.map((one) => ({ component: "web", ...one })) }).budgets

/** The whole way: measured, written, read, judged. */
function judge(...given: object[]) {
  const wanted = budgets(...given)
  const written = JSON.stringify(measure(root, wanted))
  return judgeBundle("web", wanted, readMeasured(written))
}

describe("what a pattern names", () => {
  test.each([
    ["one file", `${html}/index.html`, [`${html}/index.html`]],
    [
      "part of a name",
      `${html}/assets/*.js`,
      [`${html}/assets/main-ab12.js`, `${html}/assets/vendor-cd34.js`],
    ],
    ["directories or none", `${html}/**/*.css`, [`${html}/assets/deep/er/style.css`]],
    ["none", `${html}/**/index.html`, [`${html}/index.html`]],
    ["everything below", "/usr/**/assets/**/style.css", [`${html}/assets/deep/er/style.css`]],
    ["no directory", `${html}/assets`, []],
    ["characters are themselves", `${html}/index?html`, []],
    ["what is not there", `${html}/missing/*.js`, []],
  ])("%s: %s", (_, pattern, found) => {
    expect(filesOf(root, pattern).found).toEqual(found)
  })

  test("a link is named and not followed, wherever it leads", () => {
    expect(filesOf(root, `${html}/assets/leak.txt`)).toEqual({
      found: [],
      links: [`${html}/assets/leak.txt`],
    })
    expect(filesOf(root, `${html}/linked/passwd`)).toEqual({ found: [], links: [`${html}/linked`] })
    expect(filesOf(root, "/**/passwd").found).toEqual([])
  })
})

describe("a budget", () => {
  const scripts = `${html}/assets/*.js`

  test("sizes are those that decompress to the file, and the strongest setting is the smallest", () => {
    const [plain, gzip, brotli] = ["none", "gzip", "brotli"].map((compression) => {
      const [one] = measure(root, budgets({ files: scripts, compression }))
      return one?.found.reduce((sum, { counted }) => sum + counted, 0) ?? 0
    })
    expect(plain).toBe(47_490)
    expect(gzip).toBeLessThan(plain ?? 0)
    expect(brotli).toBeLessThan(gzip ?? 0)
    expect(gunzipSync(Buffer.from("H4sIAAAAAAAAA0sEAEO+t+gBAAAA", "base64")).toString()).toBe("a")
    expect(brotliDecompressSync(Buffer.from("CwCAYQM=", "base64")).toString()).toBe("a")
  })

  test("that holds", () => {
    const { findings, errors, summary } = judge(
      { files: scripts, maxBytes: 1_000_000 },
      { files: `${html}/index.html` },
    )
    expect([findings, errors]).toEqual([[], []])
    expect(summary).toMatch(/^web: .*\*\.js \d+\.\d\d kB of 1000\.00 kB, .*index\.html 0\.0\d kB$/)
  })

  test("that does not hold names the largest file, and is the same finding whatever a bundler calls it", () => {
    const { findings } = judge({ files: scripts, maxBytes: 5000, compression: "none" })
    expect(findings).toEqual([
      {
        rule: "bundle-too-large",
        severity: "high",
        message: `${scripts}, 2 files, has 47.49 kB, 5.00 kB are allowed; the largest is ${html}/assets/vendor-cd34.js`,
        location: { file: `image:web${scripts}` },
        component: "web",
        fix: "load less of it at once, leave out what is not used, or raise maxBytes: gates.bundle.budgets",
        subject: `${scripts} sum none`,
        measured: { value: 47.49, better: "lower", unit: "kB" },
      },
    ])
  })

  test("of each file is held by the largest", () => {
    const [finding] = judge({ files: scripts, of: "each", maxBytes: 20_000, compression: "none" }).findings
    expect(finding?.message).toMatch(/^.*vendor-cd34\.js has 37\.49 kB, 20\.00 kB are allowed$/)
    expect(judge({ files: scripts, of: "each", maxBytes: 37_490, compression: "none" }).findings).toEqual([])
  })

  test("a byte too many is too many, and is never shown as within", () => {
    expect(
      judge({ files: scripts, of: "each", maxBytes: 37_489, compression: "none" }).findings,
    ).toHaveLength(1)
  })
})

describe("what a build has not written is an error, never a small bundle", () => {
  test.each([
    ["no file of the name", `${html}/app.js`, /its image has no file \/usr\/share\/nginx\/html\/app\.js/],
    ["an empty one", `${html}/empty.js`, /empty\.js is empty/],
    ["a link", `${html}/assets/leak.txt`, /leads over the link .*leak\.txt/],
    ["a link among its directories", `${html}/linked/**`, /leads over the link .*linked/],
  ])("%s", (_, files, message) => {
    const { errors, findings } = judge({ files, maxBytes: 10 })
    expect(errors.join()).toMatch(message)
    expect(findings).toEqual([])
  })

  test.each([
    ["nothing", ""],
    ["half of it", '[{"files": "/a", "compr'],
    ["another form", '{"files": []}'],
    [
      "a negative size",
      '[{"files":"/a","compression":"none","found":[{"path":"/a","bytes":-1,"counted":0}],"links":[]}]',
    ],
  ])("a measurement that is %s", (_, text) => {
    expect(() => readMeasured(text)).toThrow(/OUTPUT_UNREADABLE/)
  })

  test("a measurement of something else", () => {
    const wanted = budgets({ files: "/a", maxBytes: 10 })
    expect(judgeBundle("web", wanted, []).errors).toEqual(["web: /a was not measured"])
    const other = { files: "/b", compression: "gzip" as const, found: [], links: [] }
    expect(judgeBundle("web", wanted, [other]).errors).toEqual(["web: /a was not measured"])
  })

  test("10,000 mutated measurements: what was too large never becomes a pass", () => {
    const wanted = budgets({ files: "/a", maxBytes: 10, compression: "none" })
    const found = [{ path: "/a", bytes: 90, counted: 90 }]
    const text = JSON.stringify([{ files: "/a", compression: "none", found, links: [] }])
    const added = fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.constantFrom("", "{", "}", "[", "]", '"', ",", "null"),
    )
    const size = text.indexOf('"counted":90')
    fc.assert(
      fc.property(fc.nat(text.length), added, fc.nat(20), (at, inserted, removed) => {
        const mutated = text.slice(0, at) + inserted + text.slice(at + removed)
        try {
          const { findings, errors } = judgeBundle("web", wanted, readMeasured(mutated))
          // Another number of bytes is another measurement.
          const other = at <= size + 12 && at + removed >= size
          return findings.length + errors.length > 0 || other
        } catch (thrown) {
          return thrown instanceof SignalboxError && thrown.code === "OUTPUT_UNREADABLE"
        }
      }),
      { numRuns: 10_000 },
    )
  }, 120_000)
})

describe("settings", () => {
  test.each(["dist/*.js", "/a/../b", "/./a", "/a/..", ""])("%j is no path in an image", (files) => {
    expect(() => budgets({ files })).toThrow()
  })

  test("of a shared policy every budget counts, and of two about the same the smaller", () => {
    const own = { budgets: [...budgets({ files: "/a", maxBytes: 100 }, { files: "/b" })] }
    expect(stricterBundle(own, {})).toEqual(own)
    const floor = {
      budgets: [...budgets({ files: "/a", maxBytes: 50 }, { files: "/b", maxBytes: 7 }, { files: "/c" })],
    }
    expect(stricterBundle(own, floor).budgets.map(({ files, maxBytes }) => [files, maxBytes])).toEqual([
      ["/a", 50],
      ["/b", 7],
      ["/c", undefined],
    ])
    expect(stricterBundle(stricterBundle(own, floor), floor)).toEqual(stricterBundle(own, floor))
    const looser = { budgets: [...budgets({ files: "/a", maxBytes: 500 })] }
    expect(stricterBundle(own, looser)).toEqual(own)
  })
})
