/** What an application keeps from being seen, or shows in a form that is easily overlooked, against servers on loopback. */
import { describe, expect, test } from "vitest"
import { judgeService } from "../../../../src/gates/dynamic-analysis/decide.ts"
import { printed } from "../../../../src/gates/dynamic-analysis/probe/main.ts"
import type { ProbeRequest } from "../../../../src/gates/dynamic-analysis/probe/report.ts"
import { readProbe } from "../../../../src/gates/dynamic-analysis/read.ts"
import { probing, type Running, serving, shop } from "./servers.ts"

async function judged(server: Running, more: Partial<ProbeRequest> = {}) {
  const report = await probing(server, more)
  return judgeService({ name: "web", component: "shop" }, readProbe(printed(report), "127.0.0.1"))
}

describe("an application that turns requests away", () => {
  test.each([
    [429, "its limit of requests"],
    [503, "too much to do"],
  ])("by %i is no clean one: an .env may lie behind %s", async (status) => {
    let requests = 0
    await using server = await serving((request, response) => {
      requests += 1
      if (requests > 3 && request.url !== "/") response.writeHead(status).end()
      else shop()(request, response)
    })
    const { errors } = await judged(server)
    expect(errors).toEqual([
      expect.stringMatching(
        new RegExp(`^web: GET /\\S+ answers ${status}, as \\d+ more of its requests: .*not looked at`),
      ),
    ])
  })

  test("at a page says so once", async () => {
    let requests = 0
    await using server = await serving((request, response) => {
      requests += 1
      if (requests > 2 && request.method === "GET" && request.url === "/orders") response.writeHead(429).end()
      else shop({ "/orders": (_, answer) => answer.end("x") })(request, response)
    })
    const { errors } = await judged(server, { paths: ["/", "/orders"] })
    expect(errors).toEqual([expect.stringMatching(/^web: GET \/orders answers 429, as \d more/)])
  })
})

describe("a page without a type", () => {
  const bare = (body: string, headers = {}) =>
    shop({ "GET /": (_, response) => response.writeHead(200, headers).end(body) })

  test.each(["<!doctype html>", "\n <HTML>", "<script>", "<!-- x --><p>"])(
    "is one, as browsers have it: %s",
    async (begin) => {
      await using server = await serving(bare(`${begin}<img src="http://x.example/a.png"></script>`))
      const { findings } = await judged(server)
      expect(findings.map(({ rule }) => rule)).toContain("content-security-policy-missing")
      expect(findings.map(({ rule }) => rule)).toContain("frame-protection-missing")
    },
  )

  test("is none where browsers must not guess, or nothing tells that it is one", async () => {
    await using told = await serving(bare("<!doctype html>", { "x-content-type-options": "nosniff" }))
    await using text = await serving(bare("a < b, <html>"))
    await using typed = await serving(bare("<!doctype html>", { "content-type": "text/plain" }))
    for (const server of [told, text, typed])
      expect((await judged(server)).findings.map(({ rule }) => rule)).not.toContain(
        "frame-protection-missing",
      )
  })
})
