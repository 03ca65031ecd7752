import { describe, expect, test } from "vitest"
import { mayHaveCrds, renderedChart } from "../../../src/chart/index.ts"

const files = (entries: Readonly<Record<string, string>>) =>
  new Map(Object.entries(entries).map(([path, text]) => [path, new TextEncoder().encode(text)]))

describe("a chart of what a chart was rendered into", () => {
  const chart = files({
    "Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{ name: db, version: 1.0.0 }]\n",
    "values.yaml": "a: 1\n",
    "values.schema.json": "{}",
    "templates/web.yaml": '{{ lookup "v1" "Secret" "" "" }}',
  })
  const text = (crds: string) =>
    Object.fromEntries(
      [...renderedChart(chart, "data: '{{ now }}'\n", crds)].map(([path, bytes]) => [
        path,
        new TextDecoder().decode(bytes),
      ]),
    )

  test("has no template but the text that was rendered, and no dependency", () => {
    expect(text("")).toEqual({
      "Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n",
      "values.yaml": "a: 1\n",
      "rendered.yaml": "data: '{{ now }}'\n",
      "templates/rendered.yaml": '{{ .Files.Get "rendered.yaml" }}\n',
    })
  })

  test("brings what stands in crds/", () => {
    expect(text("kind: CustomResourceDefinition\n")["crds/crds.yaml"]).toBe(
      "kind: CustomResourceDefinition\n",
    )
    expect(
      ["crds/a.yaml", "charts/db/crds/a.yaml", "charts/db-1.tgz"].map((path) =>
        mayHaveCrds(files({ [path]: "" })),
      ),
    ).toEqual([true, true, true])
    expect(mayHaveCrds(chart)).toBe(false)
  })
})
