/** The chart that an application gets without writing one: whoever uses it cannot change what tools say of it. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"

const chart = parse(readFileSync("charts/signalbox-app/Chart.yaml", "utf8")) as Record<string, unknown>

describe("the built-in chart", () => {
  test("P09 has the icon that Helm's lint recommends, and fetches it from nowhere", () => {
    const [, picture = ""] = /^data:image\/svg\+xml;base64,([A-Za-z0-9+/]+=*)$/.exec(String(chart.icon)) ?? []
    expect(Buffer.from(picture, "base64").toString("utf8")).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg".*<\/svg>$/,
    )
  })

  test("has all else that Helm's lint asks for", () => {
    expect(chart).toMatchObject({
      apiVersion: "v2",
      name: "signalbox-app",
      type: "application",
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    })
  })
})
