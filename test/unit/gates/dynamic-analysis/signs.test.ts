/** What answers of real servers give away (test/recorded/dynamic-analysis), and texts that only look like it. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { tagsOf } from "../../../../src/gates/dynamic-analysis/probe/html.ts"
import { type Content, signsOf, sourceMapOf } from "../../../../src/gates/dynamic-analysis/probe/signs.ts"
import { processorSeconds } from "../../processor-seconds.ts"

const directory = new URL("../../../recorded/dynamic-analysis/", import.meta.url)
interface Recorded {
  readonly file: string
  readonly purpose: string
  readonly status: number
  readonly type: string
  readonly signs: readonly string[]
}
const { answers } = JSON.parse(readFileSync(new URL("recorded.json", directory), "utf8")) as {
  readonly answers: readonly Recorded[]
}

test.each(answers)("$file: $signs", ({ file, signs, ...content }) => {
  const body = readFileSync(new URL(`${file}.txt`, directory))
  expect(signsOf({ ...content, body }).map(({ sign }) => sign)).toEqual(signs)
})

const seen = (text: string | Buffer, more: Partial<Content> = {}) =>
  signsOf({
    ...{ purpose: "dot-file", status: 200, type: "application/octet-stream" },
    ...more,
    body: Buffer.from(text as string),
  }).map(({ by }) => by)

describe("a file that belongs to no visitor", () => {
  test.each([
    ["HEAD of git", "ref: refs/heads/main\n", "HEAD of a git repository"],
    ["settings of git", "[core]\n\trepositoryformatversion = 0\n", "the settings of a git repository"],
    ["variables", "# of the shop\nexport A=1\nB_2 = x\n\n", "the variables A, B_2"],
    ["a token of npm", "//registry.example/:_authToken=x\n", "settings of npm"],
    ["passwords", "admin:$apr1$x$y\n", "a file of passwords"],
    ["a database of Subversion", "SQLite format 3\0", "a database of Subversion"],
    ["a directory of macOS", Buffer.from([0, 0, 0, 1, 0x42, 0x75, 0x64, 0x31]), "a .DS_Store of macOS"],
  ])("%s", (_, text, by) => expect(seen(text)).toEqual([by]))

  test.each([
    ["a page", "<!doctype html><p>A=1</p>"],
    ["an answer in JSON", '{"error":"A=1"}'],
    ["a sentence", "there is no such file\n"],
    ["a sentence with a sign", "not found: path=/.env\n"],
    ["nothing", ""],
    ["a list", "a\nb=1\n"],
  ])("%s is none", (_, text) => expect(seen(text)).toEqual([]))

  test("nor is what is not served", () => expect(seen("A=1\n", { status: 403 })).toEqual([]))
})

describe("a list of files", () => {
  const page = { purpose: "linked", type: "text/html" }
  test.each([
    ["a page about an index", '<title>Index of terms</title><a href="/a">a</a>'],
    ["the title alone", "<title>Index of /</title>"],
    ["links with words beside them", '<pre>see <a href="a">a</a></pre>'],
  ])("is not %s", (_, text) => expect(seen(text, page)).toEqual([]))
})

test("a source map is named at the end of a script or a style, or in a header", () => {
  expect(sourceMapOf("x()\n//# sourceMappingURL=x.js.map\n", undefined)).toBe("x.js.map")
  expect(sourceMapOf("a{}\n/*# sourceMappingURL=x.css.map */", undefined)).toBe("x.css.map")
  expect(sourceMapOf('const a = "//# sourceMappingURL=x"\nx()', undefined)).toBeUndefined()
  expect(sourceMapOf("x()", "/maps/x")).toBe("/maps/x")
  const inline = (text: string) => seen(text, { purpose: "linked", type: "text/javascript" })
  expect(inline("x()\n//# sourceMappingURL=data:application/json;base64,e30=\n")).toEqual([
    "in the file itself",
  ])
  expect(inline('const a = "//# sourceMappingURL=data:application/json;base64,"\nx()')).toEqual([])
})

test("tags are read as browsers do: not in comments, scripts and quotes, and however broken they are", () => {
  const names = (html: string) =>
    tagsOf(html).map(({ name, attributes }) => `${name} ${attributes.href ?? ""}`.trim())
  expect(
    names(
      `<!-- <a href="/1"> --><A HREF='/2'>x</A><script>"<a href='/3'>"</script><a title="<a href='/4'>" href=/5>`,
    ),
  ).toEqual(["a /2", "script", "a /5"])
  expect(names('<a href="/1')).toEqual([])
  expect(names("<a href=/1?a=1&amp;b=2>")).toEqual(["a /1?a=1&b=2"])
  expect(names("1 < 2 <3 <")).toEqual([])
})

const many = 200_000
test.each([
  ["open tags", "<a ".repeat(many / 3)],
  ["open quotes", '<a x="'.repeat(many / 6)],
  ["spaces", `<a ${" ".repeat(many)}>`],
  ["links", `<pre>${'<a href="x">x</a>\n'.repeat(many / 20)}`],
  ["frames", "   at ".repeat(many / 6)],
  ["names", "A".repeat(many)],
  ["line breaks", "\n".repeat(many)],
])("a page of %s holds nothing up", async (_, text) => {
  const seconds = await processorSeconds(() => {
    tagsOf(text)
    for (const purpose of ["page", "error", "dot-file", "debug", "source-map", "directory"])
      for (const status of [200, 500]) seen(text, { purpose, status, type: "text/html" })
  })
  expect(seconds).toBeLessThan(10)
})
