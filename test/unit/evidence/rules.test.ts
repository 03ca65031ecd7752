import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { evidenceRules, isFuture, refusedByRule } from "../../../src/domain/index.ts"

const page = readFileSync(join(import.meta.dirname, "../../../docs/evidence.md"), "utf8")

test("docs/evidence.md explains every rule that a refusal may name, and no other", () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| /gm)].map(([, rule]) => rule)
  expect(rows.sort()).toEqual([...evidenceRules].sort())
})

test("a refusal names its rule for people and programs, and ends with 16", () => {
  const error = refusedByRule("record-tag", { what: "w", where: "r.example", why: "because", next: "n" })
  expect(error).toMatchObject({
    code: "EVIDENCE_MISSING",
    exitCode: 16,
    detail: { context: { rule: "record-tag" } },
  })
  expect(error.message).toContain("why:   rule record-tag: because")
})

test("a date that is none counts as one of the future: it would never expire", () => {
  for (const date of ["", "soon", "2027-01-01T00:00:00Z", "2026-01-01T00:05:01Z"])
    expect(isFuture(date, "2026-01-01T00:00:00Z")).toBe(true)
  for (const date of ["2025-12-31T23:59:59Z", "2026-01-01T00:05:00Z"])
    expect(isFuture(date, "2026-01-01T00:00:00Z")).toBe(false)
})
