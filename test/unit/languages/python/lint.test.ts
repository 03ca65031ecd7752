/** How what formatters print becomes findings: from output of the real tools. */
import { expect, test } from "vitest"
import { toolbench } from "../../../../src/languages/python/lint/tools.ts"
import { recorded } from "../../gates/recorded.ts"

const placesIn = (found: { readonly results: readonly object[] }) =>
  found.results.map((one) => ("locations" in one ? one.locations : undefined))

test("a file that Ruff would write in another form is told by its line", () => {
  const found = toolbench["ruff-format"].read({ stdout: recorded("ruff/unformatted.txt"), stderr: "" })
  expect(placesIn(found)).toEqual([
    [
      {
        physicalLocation: {
          artifactLocation: { uri: "tests/test_quotes.py" },
          region: { startLine: 9, startColumn: 1 },
        },
      },
    ],
  ])
})
