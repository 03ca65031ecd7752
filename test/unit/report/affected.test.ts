/** What people and programs read of what has changed, and of a report that is about a part of the project. */
import { describe, expect, test } from "vitest"
import { type Affected, type AffectedScope, affectedBy } from "../../../src/domain/index.ts"
import {
  affectedJson,
  affectedMarkdown,
  scopeText,
  toHtml,
  toJson,
  toMarkdown,
  toSarif,
} from "../../../src/report/index.ts"
import { gate, report } from "./reports.ts"

const since = { since: "origin/main", commit: "0123456789abcdef0123456789abcdef01234567" }
const own = { outside: [], except: [], besides: [] }
const project = {
  settings: [{ path: "signalbox.yaml", why: "it says what there is" }],
  components: ["api", "web"].map((name) => ({
    ...{ name, directory: `${name}/`, leftOut: [`${name}/README.md`], named: [], reach: own },
  })),
  chart: [{ path: "chart/", why: "it is in the chart" }],
  environments: [{ name: "staging", files: [] }],
  assumed: false,
}
const by = (...paths: string[]): Affected =>
  affectedBy(
    paths.map((path) => ({ path, change: "modified" })),
    project,
  )

describe("affected", () => {
  test("in Markdown: each part with its paths, and what is not affected", () => {
    expect(affectedMarkdown(by("api/src/a.ts", "docs/x.md"), since)).toBe(
      `## Affected since origin/main (0123456789ab): 1 of 2 components

2 paths changed.

- **api**: image and checks
  - api/src/a.ts: it is in its directory
- web: not affected
- chart: the digests of images alone
- **environment staging**: the images of api

Of no component, chart or environment: docs/x.md. Gates over the whole tree judge them, too.
`,
    )
  })

  test("a component whose image is not affected, and a chart that is", () => {
    const text = affectedMarkdown(by("web/README.md", "chart/a.yaml"), since)
    expect(text).toContain(
      "- **web**: checks; its image is not affected\n  - web/README.md: its build leaves it out",
    )
    expect(text).toContain("- **chart**\n  - chart/a.yaml: it is in the chart")
    expect(text).toContain("- **environment staging**: the chart\n")
  })

  test("what decides about all of it is said once, and what nobody knows is said to count", () => {
    const text = affectedMarkdown(by("signalbox.yaml", "package-lock.json"), since)
    expect(text).toMatch(/\*\*All of it is affected\*\*[\s\S]*- signalbox.yaml: it says what there is\n/)
    expect(text.match(/it says what there is/g)).toHaveLength(1)
    expect(text).toMatch(/package-lock.json: .*nobody knows that it does not matter/)
  })

  test("nothing that has changed is no list of parts", () => {
    expect(affectedMarkdown(by(), since)).toMatch(
      /^## Nothing has changed since origin\/main .*\n\nNothing is affected.\n$/,
    )
  })

  test("more paths than somebody reads are counted; the JSON has them all", () => {
    const many = by(...Array.from({ length: 30 }, (_, index) => `api/${index}.ts`))
    expect(affectedMarkdown(many, since)).toContain("  - and 18 more")
    const json = JSON.parse(affectedJson(many, since))
    expect(json).toMatchObject({ schemaVersion: 1, since: { ref: "origin/main", commit: since.commit } })
    expect(json.components[0].because).toHaveLength(30)
  })

  test("a name that a path can have turns into no markup", () => {
    expect(affectedMarkdown(by("api/<b>`x`.ts"), since)).toContain("api/&#60;b&#62;\\`x\\`.ts")
  })
})

describe("a report that is about a part", () => {
  const affected: AffectedScope = {
    ...{ ...since, changed: 3, components: ["api"], others: ["web"], chart: false, everything: [] },
  }
  const partial = report([gate()], { partial: true, affected })

  test("says so at its head, in every form that people read", () => {
    const text =
      "Only what is affected since origin/main (0123456789ab): api. Not looked at: web. No evidence for a release."
    expect(toMarkdown(partial).split("\n").slice(0, 8).join("\n")).toContain(`**Affected:** ${text}`)
    expect(toHtml(partial)).toContain("Only what is affected since origin/main")
    expect(JSON.parse(toJson(partial))).toMatchObject({ partial: true, affected })
    expect(JSON.parse(toSarif(partial)).runs[0].properties).toMatchObject({ partial: true, affected })
  })

  test("says of nothing that has changed that nothing is proven, and shows no gate as clean", () => {
    const nothing = report([], {
      ...{ partial: true, verdict: "skipped" as const },
      affected: { ...affected, changed: 0, components: [], others: ["api", "web"] },
    })
    const text = toMarkdown(nothing)
    expect(text).toContain("nothing was looked at, and nothing is proven")
    expect(text).not.toMatch(/✓|\| Gate \|/)
  })

  test("says why it is all of it", () => {
    const all = { ...affected, components: ["api", "web"], others: [], everything: ["signalbox.yaml"] }
    expect(scopeText(all)).toContain("That is all of it, because of signalbox.yaml.")
    expect(scopeText({ ...affected, components: [], others: ["api", "web"] })).toContain("no component.")
    expect(toMarkdown(report([gate()]))).not.toContain("Affected")
  })
})
