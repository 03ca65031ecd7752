/** What was assumed of a tree without signalbox.yaml is in every report that people and programs read. */
import { describe, expect, test } from "vitest"
import { toHtml } from "../../../src/report/gates/html.ts"
import { toJson } from "../../../src/report/gates/json.ts"
import { toMarkdown } from "../../../src/report/gates/markdown.ts"
import { gate, report } from "./reports.ts"

const assumed = [
  { setting: "components.web.port", value: "3000", because: "web/<server>.js listens | on it" },
  { setting: "coverageMinimum", value: "0", because: "it is measured and reported" },
]
const judged = report([gate()], { assumed })

describe("a tree without signalbox.yaml", () => {
  test("in Markdown: that it is assumed, and a table before what was found", () => {
    const text = toMarkdown(judged)
    expect(text).toContain("**Assumed:** There is no signalbox.yaml")
    expect(text).toContain("No evidence for a release")
    expect(text).toContain("### Assumed\n\n| Setting | Value | Because |")
    expect(text).toMatch(/\| components\\?\.web\\?\.port \| 3000 \| .*listens \\\| on it \|/)
  })

  test("in HTML: a note, and a table", () => {
    const page = toHtml(judged)
    expect(page).toContain("<h2>Assumed</h2>")
    expect(page).toContain("web/&#60;server&#62;.js")
    expect(page).toContain("There is no signalbox.yaml")
  })

  test("in JSON: each setting with its reason", () => {
    expect(JSON.parse(toJson(judged))).toMatchObject({ assumed })
  })
})

test("a tree with a signalbox.yaml has nothing of it", () => {
  const plain = report([gate()])
  expect(toMarkdown(plain)).not.toContain("ssumed")
  expect(toHtml(plain)).not.toContain("ssumed")
  expect(JSON.parse(toJson(plain))).not.toHaveProperty("assumed")
})
