import fc from "fast-check"
import { expect, test } from "vitest"
import { toHtml } from "../../../src/report/index.ts"
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
  expect(page).toContain("not required here, so it does not block")
  expect(toHtml(report([gate()]))).not.toContain("badge warning")
})

test("links to rules are https only", () => {
  const help = "javascript:alert(1)"
  expect(toHtml(report([gate({ findings: [{ ...finding, help }] })]))).not.toContain("javascript:")
})

test("hostile text changes nothing of the page's structure", () => {
  const skeleton = (html: string): string[] =>
    (html.match(/<[^>]*>/g) ?? [])
      .map((tag) => tag.replace(/href="https[^"]*"/, "href"))
      .filter((tag) => !tag.startsWith("<a href ") && tag !== "</a>")
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
