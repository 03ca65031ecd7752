/** What an application keeps from being seen, or shows in a form that is easily overlooked, against servers on loopback. */
import { describe, expect, test } from "vitest"
import { judgeService } from "../../../../src/gates/dynamic-analysis/decide.ts"
import { printed } from "../../../../src/gates/dynamic-analysis/probe/main.ts"
import type { ProbeRequest } from "../../../../src/gates/dynamic-analysis/probe/report.ts"
import { readProbe } from "../../../../src/gates/dynamic-analysis/read.ts"
import { probing, type Running, serving, shop, sound } from "./servers.ts"

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

describe("a file that belongs to no visitor", () => {
  const key = 'A=1\nKEY="-----BEGIN PRIVATE KEY-----\nMIIE==\n-----END PRIVATE KEY-----"\n'
  test.each([
    ["with a key of several lines", "/.env", "text/plain", key],
    ["with a key without quotes", "/.env", "text/plain", key.replaceAll('"', "")],
    ["that is served as a page", "/.env", "text/html", "A=1\nB=2\n"],
    ["of passwords by crypt", "/.htpasswd", "text/plain", "joe:abJnggxhB/yWI\n"],
    ["of passwords with salt", "/.htpasswd", "text/plain", "joe:{SSHA}abc\n"],
    ["of npm, by scope", "/.npmrc", "text/plain", "@shop:registry=https://npm.example/\n"],
  ])("is found %s", async (_, path, type, body) => {
    await using server = await serving(
      shop({
        [path]: (_, response) =>
          response.writeHead(200, { "content-type": type, "x-content-type-options": "nosniff" }).end(body),
      }),
    )
    const { findings, reports } = await judged(server)
    expect(findings).toMatchObject([{ rule: "dot-file-served", subject: `web GET ${path}` }])
    expect(JSON.stringify(reports)).not.toContain("MIIE")
  })

  test("is none where every path is answered so", async () => {
    await using server = await serving((_, response) => response.end("status=ok\n"))
    expect((await judged(server)).findings.map(({ rule }) => rule)).toEqual(["content-type-options-missing"])
  })
})

describe("a source map", () => {
  const long = "x".repeat(1 << 20)
  const map = (sources: unknown) =>
    JSON.stringify({ version: 3, sources: ["a"], sourcesContent: sources, mappings: "A" })
  test.each([
    ["longer than what is read of it", "", map([long])],
    ["of a script that is longer", long, map(["x"])],
    ["whose first source is not in it", "", map([null, "x"])],
  ])("%s is found", async (_, script, text) => {
    const send = (type: string, body: string) => (_: unknown, response: Parameters<typeof sound>[0]) => {
      response.writeHead(200, { "content-type": type, "x-content-type-options": "nosniff" }).end(body)
    }
    await using server = await serving(
      shop({
        "GET /": (_, response) => sound(response, '<script src="/a.js?v=1"></script>'),
        "GET /a.js": send("text/javascript", `${script}\n//# sourceMappingURL=a.js.map`),
        "GET /a.js.map": send("application/json", text),
      }),
    )
    const found = (await judged(server)).findings.filter(({ severity }) => severity !== "info")
    expect(found).toMatchObject([
      { rule: "source-map-served", severity: "medium", subject: "web GET /a.js.map" },
    ])
  })
})

test("each path that is named is asked in the name of others, and each directory for its list", async () => {
  const paths = [...Array(12).keys()].map((one) => `/d${one}/page`)
  const routes = Object.fromEntries(
    paths.map((path) => [path, (_: unknown, response: Parameters<typeof sound>[0]) => sound(response)]),
  )
  await using server = await serving(
    shop({
      ...routes,
      "GET /d11/": (_, response) => sound(response, '<title>Index of /d11/</title><a href="page">page</a>'),
      "GET /d11/page": ({ headers: { origin } }, response) => {
        if (origin !== undefined)
          response
            .setHeader("access-control-allow-origin", origin)
            .setHeader("access-control-allow-credentials", "true")
        sound(response)
      },
    }),
  )
  const rules = (await judged(server, { paths: ["/", ...paths] })).findings.map(({ rule }) => rule)
  expect(rules.toSorted()).toEqual(["cors-any-origin", "cors-any-origin", "directory-listing"])
})

describe("what a page puts into an address", () => {
  test("stands in no finding and no report, and changes no identity", async () => {
    let asked = 0
    await using server = await serving(
      shop({
        "GET /": (_, response) => {
          response
            .writeHead(302, { location: `/login;jsessionid=s3cret${asked++}?state=s3cret${asked}&s3cret` })
            .end()
        },
        "GET /orders": (_, response) =>
          sound(response, '<script src="http://u:s3cret@x.example/a.js?key=s3cret">'),
      }),
    )
    const listener = { paths: ["/", "/orders", "/orders?page=2"] }
    const { errors, findings, reports } = await judged(server, listener)
    expect(errors).toEqual(["web: GET /login;jsessionid=…?state=…&… answers 404"])
    expect(findings.map(({ subject }) => subject)).toEqual(["web GET /orders", "web GET /orders?page=2"])
    expect(findings[0]?.message).toContain("http://x.example/a.js (script)")
    expect(JSON.stringify([findings, reports])).not.toContain("s3cret")
  })

  test("nor does what an older Rust says before the place", async () => {
    const said = "thread 'main' panicked at 'no postgres://u:s3cret@db', src/main.rs:10:5"
    await using server = await serving(shop({ "POST /": (_, response) => response.writeHead(400).end(said) }))
    const { findings } = await judged(server)
    expect(findings[0]?.message).toMatch(/stack trace: panicked at src\/main\.rs:10$/)
    expect(JSON.stringify(findings)).not.toContain("s3cret")
  })
})

describe("frames and scripts of anybody", () => {
  test.each([
    [
      "any host by TLS in a frame",
      { "content-security-policy": "default-src 'self'; frame-ancestors https://*" },
      1,
    ],
    [
      "any host, where browsers do not read X-Frame-Options",
      { "content-security-policy": "default-src 'self'; frame-ancestors *", "x-frame-options": "DENY" },
      1,
    ],
    [
      "X-Frame-Options twice",
      { "content-security-policy": "default-src 'self'", "x-frame-options": "DENY, DENY" },
      0,
    ],
    [
      "the stricter of two policies",
      { "content-security-policy": "default-src 'self'; frame-ancestors *, frame-ancestors 'none'" },
      0,
    ],
    ["any host at any port", { "content-security-policy": "script-src *:*; frame-ancestors 'none'" }, 1],
  ])("%s", async (_, headers, count) => {
    const all = {
      "content-type": "text/html",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    }
    await using server = await serving(
      shop({
        "GET /": (_, response) => response.writeHead(200, { ...all, ...headers }).end("<!doctype html>"),
      }),
    )
    expect((await judged(server)).findings).toHaveLength(count)
  })
})
