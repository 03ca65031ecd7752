/** V32: a secret is known in every form that programs give it before they print it. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { KnownSecrets } from "../../../src/chart/index.ts"
import { hidePacked } from "../../../src/deploy/diagnosis/index.ts"
import { processorSeconds } from "../processor-seconds.ts"

const inJson = (text: string) => JSON.stringify(text).slice(1, -1)
const unicode = (character: string) =>
  character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("")
const named: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }
const hex = (text: string) => Buffer.from(text).toString("hex")

/** By what writes it so. */
const forms: Readonly<Record<string, (text: string) => string>> = {
  "Go's encoding/json": (text) => inJson(text).replace(/[&<>\u2028\u2029]/g, unicode),
  "Python's json.dumps": (text) => inJson(text).replace(/[^ -~]/gu, unicode),
  "PHP's json_encode": (text) => inJson(text).replaceAll("/", "\\/"),
  "JSON in JSON in JSON": (text) => inJson(inJson(inJson(text))),
  "an address in small letters": (text) =>
    encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  "a form": (text) => new URLSearchParams({ a: text }).toString().slice(2),
  "an address in an address": (text) => encodeURIComponent(encodeURIComponent(text)),
  "a whole address": (text) => encodeURI(text),
  "a page": (text) => text.replace(/[&<>"]/g, (one) => named[one] ?? one).replaceAll("'", "&#39;"),
  "a page in numbers": (text) =>
    text.replace(/[^A-Za-z0-9]/gu, (one) => `&#x${one.codePointAt(0)?.toString(16)};`),
  "a page in a page": (text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("&", "&amp;"),
  "a shell": (text) => text.replaceAll("'", "'\\''"),
  "bytes with colons": (text) => hex(text).replace(/..(?=.)/g, "$&:"),
  "bytes with spaces, in capitals": (text) =>
    hex(text)
      .replace(/..(?=.)/g, "$& ")
      .toUpperCase(),
}

const secret = fc
  .tuple(
    fc.stringMatching(/^[A-Za-z0-9]{3}$/),
    fc.string({
      unit: fc.constantFrom(..."aZ3 &<>\"'\\/+%@#$^*()[]{}|.?=~`é€\n\t😀"),
      minLength: 4,
      maxLength: 24,
    }),
  )
  .map(([start, rest]) => `${start}${rest}Q`)

describe.each(Object.entries(forms))("sibling of V32: a secret as it stands in %s", (_, form) => {
  test("is hidden whole", () => {
    fc.assert(
      fc.property(secret, (value) => {
        const known = new KnownSecrets()
        known.learn([value])
        const text = known.hide(`before [${form(value)}] after`)
        expect(text).toMatch(/^before \[(?:\(secret\))+\] after$/)
      }),
      { numRuns: 200 },
    )
  })
})

describe("sibling of V32", () => {
  const token = `tok-${"Ab3dE5".repeat(20)}`
  const wrapped = (text: string, width: number, end: string) =>
    Buffer.from(text)
      .toString("base64")
      .replace(new RegExp(`.{${width}}(?=.)`, "g"), `$&${end}`)

  test.each([
    [76, "\n"],
    [76, "\r\n"],
    [64, "\n    "],
    [60, "\\n"],
    [76, "\\r\\n"],
  ])(
    "base64 in lines of %i characters, ended by %j, is hidden wherever the secret stands in it",
    (width, end) => {
      const known = new KnownSecrets()
      known.learn([token])
      for (let before = 0; before < 60; before += 7) {
        const content = `${"x".repeat(before)}${token} and more ${"y".repeat(70)}`
        const shown = hidePacked(`file: ${wrapped(content, width, end)}\n\nnext line`, known)
        expect(shown).toBe("file: (secret)\n\nnext line")
      }
      const harmless = `file: ${wrapped("nothing to hide ".repeat(20), width, end)}\n\nnext line`
      expect(hidePacked(harmless, known)).toBe(harmless)
    },
  )

  test("a secret that is a part of another one leaves nothing of it", () => {
    const known = new KnownSecrets()
    known.learn(["hunter22", "hunter22&more<of>it"])
    expect(known.hide('"hunter22\\u0026more\\u003cof\\u003eit" hunter22')).toBe('"(secret)" (secret)')
  })

  test("a long line of base64, and one of backslashes, take no time to speak of", async () => {
    const known = new KnownSecrets()
    known.learn([`${"\\".repeat(200)}&${"\\".repeat(200)}`, token, "a\\b\\c'd\"e"])
    const seconds = await processorSeconds(() => {
      hidePacked("QUJD".repeat(500_000), known)
      hidePacked("\\".repeat(200_000), known)
      hidePacked("a\\".repeat(100_000), known)
    })
    expect(seconds).toBeLessThan(5)
  })
})
