import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { filesToShow, toHtml } from "../../../src/report/index.ts"
import { finding, gate, hostileReport, report, tamed } from "./reports.ts"

test("is one self-contained page without script", () => {
  const page = toHtml(report([gate({ verdict: "fail", summary: "1 finding", findings: [finding] })]))
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/)
  expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(/i)
  expect(page).toContain("default-src 'none'")
  expect(page).toContain("CVE-2021-23337")
  expect(page).toContain("upgrade to lodash 4.17.21")
})

test("tables have captions and headers for screen readers, and marks are hidden from them", () => {
  const page = toHtml(report([gate()]))
  expect(page.match(/<table /g)?.length).toBe(page.match(/<caption>/g)?.length)
  expect(page).toContain('<th scope="col" role="columnheader">')
  expect(page).toContain('<th scope="row" role="rowheader" data-label="Gate">')
  expect(page).toContain('aria-hidden="true"')
})

test("on a phone each cell stands under its column's name", () => {
  const page = toHtml(report([gate({ verdict: "fail", findings: [finding] })]))
  for (const column of ["Severity", "Where", "Rule", "What", "Fix"]) {
    expect(page).toContain(`<th scope="col" role="columnheader">${column}</th>`)
    expect(page).toContain(`data-label="${column}">`)
  }
  expect(page).toContain("attr(data-label)")
})

test("only paths and digests may break inside a word where there is room for columns", () => {
  const page = toHtml(report([gate()]))
  const wide = page.slice(0, page.indexOf("@media (max-width"))
  const breaking = [...wide.matchAll(/^([^{}\n]+)\{[^}]*overflow-wrap:anywhere/gm)].map((rule) => rule[1])
  expect(breaking).toEqual(["dd", "td code,td pre", "pre"])
})

test("a gate that is not required and fails is a warning, and the page says what that means", () => {
  const gates = [gate({ gate: "lint" }), gate({ verdict: "fail", required: false, findings: [finding] })]
  const page = toHtml(report(gates))
  expect(page).toContain("Gates of shop: pass, 1 warning</title>")
  expect(page).toContain("Did not pass, but not required for branch: vulnerabilities (fail).")
  expect(page).toContain('<span class="badge warning">')
  expect(page).toContain("does not block: it is not required here")
  expect(toHtml(report([gate()]))).not.toContain("badge warning")
})

test("links to rules are https only", () => {
  const help = "javascript:alert(1)"
  expect(toHtml(report([gate({ findings: [{ ...finding, help }] })]))).not.toContain("javascript:")
})

test("hostile text changes nothing of the page's structure", () => {
  // Which component a row is of is a number or nothing. The order of rows follows their text, and a row with a component
  // has one tag more than one without: what has to be the same is which tags there are.
  const skeleton = (html: string): string[] =>
    (html.match(/<[^>]*>/g) ?? [])
      .map((tag) =>
        tag.replace(/href="https[^"]*"/, "href").replace(/data-component="\d*"/, "data-component"),
      )
      .filter((tag) => !tag.startsWith("<a href ") && tag !== "</a>")
      .sort()
  fc.assert(
    fc.property(hostileReport, (data) => {
      const page = toHtml(data)
      expect(skeleton(page)).toEqual(skeleton(toHtml(tamed(data))))
      expect(page.isWellFormed()).toBe(true)
      expect(page).not.toMatch(/^\s*::|##\[/m)
    }),
  )
})

test("a page of many findings stops and says so", () => {
  const findings = Array.from({ length: 2500 }, (_, index) => ({ ...finding, subject: `${index}` }))
  expect(toHtml(report([gate({ verdict: "fail", findings })]))).toContain("500 more rows left out here")
})

test("its own style is the only one that the browser takes, and nothing else is loaded", () => {
  const page = toHtml(report([gate({ verdict: "fail", findings: [finding] })]))
  const [, style = ""] = /<style>([\s\S]*)<\/style>/.exec(page) ?? []
  const hash = createHash("sha256").update(style).digest("base64")
  expect(page).toContain(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
  )
  expect(page).not.toMatch(/ style=| on\w+=/)
})

describe("what to do", () => {
  const lint = gate({
    gate: "lint",
    kind: "quality",
    verdict: "fail",
    findings: [{ ...finding, gate: "lint" }],
  })
  const warns = gate({ gate: "images", verdict: "fail", required: false, findings: [finding] })
  const errs = gate({ verdict: "error", errors: ["the database is missing"] })

  test("comes right behind the verdict, what blocks before what warns", () => {
    const page = toHtml(report([warns, errs, lint]))
    const list = page.slice(page.indexOf("What to do"), page.indexOf("Overview"))
    const gates = [...list.matchAll(/<li><a href="#gate-([a-z]+)">/g)].map(([, name]) => name)
    expect(gates).toEqual(["lint", "vulnerabilities", "images"])
    expect(list).toContain("Fix: upgrade to lodash 4.17.21")
    expect(list).toContain("could not be judged: the database is missing")
    expect(list).toContain("(does not block)")
    expect(page.indexOf('id="gate-lint"')).toBeLessThan(page.indexOf('id="gate-images"'))
  })

  test("is nothing where nothing is left to do", () => {
    expect(toHtml(report([gate()]))).not.toContain("What to do")
  })
})

describe("filters without a script", () => {
  const findings = [finding, { ...finding, severity: "low" as const, component: "web", subject: "other" }]
  const page = toHtml(report([gate({ verdict: "fail", findings })]))

  test("by severity and by component, as inputs that the keyboard reaches", () => {
    expect(page).toContain('<input type="checkbox" id="s-high" checked> high')
    expect(page).toContain('<input type="radio" name="component" id="c-1"> web')
    expect(page).toContain("body:has(#s-low:not(:checked)) tr[data-severity=low]{display:none}")
    expect(page).toContain('<tr role="row" data-severity="low" data-component="1">')
  })

  test("none where there is nothing to choose", () => {
    expect(toHtml(report([gate({ verdict: "fail", findings: [finding] })]))).not.toContain("<fieldset")
  })
})

describe("lines of the source", () => {
  const place = { file: "web/a.ts", line: 3 }
  const lint = { ...finding, gate: "lint", location: place }
  const data = report([gate({ gate: "lint", kind: "quality", verdict: "fail", findings: [lint] })])

  test("stand beside a finding, as text", () => {
    const page = toHtml(data, new Map([["web/a.ts", "one\ntwo\n<script>x</script>\nfour\nfive\nsix"]]))
    expect(page).toContain(
      "  1  one\n  2  two\n<mark>&#62; 3  &#60;script&#62;x&#60;/script&#62;</mark>\n  4  four\n  5  five</pre>",
    )
    expect(page).not.toContain("six")
    expect(toHtml(data, new Map([["web/a.ts", "one"]]))).not.toContain('class="code"')
  })

  test("of no file in which a gate about security has found something, waived or not", () => {
    expect(filesToShow(data)).toEqual(["web/a.ts"])
    const leak = { ...finding, gate: "secrets", location: { file: "web/a.ts", line: 90 } }
    const waiver = {
      id: "W",
      owner: "o",
      reason: "r",
      expires: "2027-01-01",
      fingerprint: `sha256:${"a".repeat(64)}` as const,
    }
    for (const secrets of [
      gate({ gate: "secrets", findings: [leak] }),
      gate({ gate: "secrets", waived: [{ finding: leak, waiver }] }),
      gate({ gate: "secrets", baseline: { known: [leak], gone: 0 } }),
    ])
      expect(filesToShow({ ...data, gates: [...data.gates, secrets] })).toEqual([])
  })
})
