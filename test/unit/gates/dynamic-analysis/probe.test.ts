/** What is asked of a running service and what its answers are held to be, against servers on loopback. */
import { gzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { judgeService } from "../../../../src/gates/dynamic-analysis/decide.ts"
import { printed } from "../../../../src/gates/dynamic-analysis/probe/main.ts"
import type { ProbeRequest } from "../../../../src/gates/dynamic-analysis/probe/report.ts"
import { readProbe } from "../../../../src/gates/dynamic-analysis/read.ts"
import { probing, type Running, saying, serving, shop, sound } from "./servers.ts"

const service = { name: "web", component: "shop" }

async function judged(server: Running, more: Partial<ProbeRequest> = {}) {
  const report = await probing(server, more)
  return judgeService(service, readProbe(printed(report), "127.0.0.1"))
}

const rules = ({ findings }: Awaited<ReturnType<typeof judged>>) =>
  findings.map(({ rule, severity, subject }) => `${severity} ${rule}: ${subject}`)

const policy = (value: string) => ({
  "content-type": "text/html",
  "content-security-policy": value,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
})

describe("headers of pages", () => {
  test.each([
    ["a policy of its own origin", "default-src 'self'; frame-ancestors 'none'", []],
    ["inline scripts by a nonce", "script-src 'nonce-abc' 'unsafe-inline'; frame-ancestors 'self'", []],
    ["the stricter one of two", "script-src *, script-src 'self'; frame-ancestors 'self'", []],
    ["any inline script", "script-src 'self' 'unsafe-inline'; frame-ancestors 'self'", ["loose"]],
    ["scripts of any origin", "default-src https:; frame-ancestors 'self'", ["loose"]],
    ["nothing of scripts", "img-src 'self'; frame-ancestors 'self'", ["loose"]],
    ["frames of anybody", "default-src 'self'; frame-ancestors *", ["frame"]],
    ["nothing of frames", "default-src 'self'", ["frame"]],
  ])("%s", async (_, value, expected) => {
    await using server = await serving(
      shop({ "GET /": (_, response) => response.writeHead(200, policy(value)).end("<!doctype html>") }),
    )
    const found = rules(await judged(server))
    const names = { loose: "medium content-security-policy-loose", frame: "medium frame-protection-missing" }
    expect(found).toEqual(expected.map((one) => `${names[one as keyof typeof names]}: web GET /`))
  })

  test("a policy in the page is one, and cannot speak of frames; X-Frame-Options can", async () => {
    const page = `<!-- <meta http-equiv="content-security-policy" content="default-src *"> -->
      <meta http-equiv=Content-Security-Policy content="default-src 'self'; frame-ancestors 'none'">`
    const { "content-security-policy": _, ...rest } = policy("")
    const answer = (more: object) =>
      serving(shop({ "GET /": (_, response) => response.writeHead(200, { ...rest, ...more }).end(page) }))
    await using open = await answer({})
    await using closed = await answer({ "x-frame-options": "DENY" })
    expect(rules(await judged(open))).toEqual(["medium frame-protection-missing: web GET /"])
    expect(rules(await judged(closed))).toEqual([])
  })

  test("what every page lacks is one defect, what one lacks is its own, and JSON is no page", async () => {
    const bare = (body: string) =>
      shop({
        "GET /": (_, response) => response.setHeader("content-type", "text/html").end(body),
        "GET /a": (_, response) => sound(response),
      })
    await using one = await serving(bare('<a href="/a">a</a>'))
    expect(rules(await judged(one, { follow: 1 }))).toContain(
      "medium content-security-policy-missing: web GET /",
    )
    await using every = await serving(bare('<a href="/?page=2">2</a>'))
    const found = rules(await judged(every))
    expect(found).toContain("medium content-security-policy-missing: web every page")
    expect(found).toHaveLength(4)
    await using json = await serving(shop({ "GET /": (_, response) => response.end("{}") }))
    expect(rules(await judged(json))).toEqual(["low content-type-options-missing: web GET /"])
  })
})

describe("cookies", () => {
  test.each([
    ["whole", "a=1; HttpOnly; Secure; SameSite=Lax", []],
    ["that scripts have to read", "XSRF-TOKEN=1; Secure; SameSite=Lax", []],
    ["that is taken away", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", []],
    ["without anything", "a=1", ["cookie-not-http-only", "cookie-not-secure", "cookie-same-site"]],
    [
      "whose value looks like flags",
      "a=Secure HttpOnly; SameSite=Lax",
      ["cookie-not-http-only", "cookie-not-secure"],
    ],
  ])("%s", async (_, cookie, expected) => {
    const listener = shop({ "GET /": (_, response) => sound(response.setHeader("set-cookie", cookie)) })
    await using server = await serving(listener)
    expect((await judged(server)).findings.map(({ rule }) => rule)).toEqual(expected)
  })

  test("a service is told that it is behind TLS, and is called by the host that is set", async () => {
    const seen = new Set<string>()
    await using server = await serving((request, response) => {
      seen.add(`${request.headers["x-forwarded-proto"]} ${request.headers.host}`)
      shop()(request, response)
    })
    await probing(server, { host: "shop.example" })
    expect([...seen]).toEqual(["https shop.example"])
  })
})

describe("pages that pages name", () => {
  const linked = (hrefs: readonly string[]) => hrefs.map((href) => `<a href="${href}">x</a>`).join("")

  test("of the same host alone, each once, up to the limit; the rest is told", async () => {
    const asked: string[] = []
    const body = linked([
      "/1",
      "/2#part",
      "/2",
      "mailto:a@b.example",
      "//other.example/",
      "https://127.0.0.1/3",
      "4?a=1&amp;b=2",
    ])
    const listener = shop({ "GET /": (_, response) => sound(response, body) })
    await using server = await serving((request, response) => {
      if (request.method === "GET") asked.push(request.url ?? "")
      listener(request, response)
    })
    const { findings } = await judged(server, { follow: 3 })
    const before = asked.indexOf("/signalbox-probe-nothing")
    expect(asked.slice(0, before)).toEqual(["/", "/", "/1", "/2", "/3"])
    expect(findings).toMatchObject([
      { rule: "not-looked-at", severity: "info", subject: "web addresses of pages" },
    ])
  })

  test("a redirect is followed on the host, and told where it leads away", async () => {
    const leads = (location: string) => (_: unknown, response: Parameters<typeof sound>[0]) => {
      response.writeHead(302, { location }).end()
    }
    const routes = {
      "GET /": leads("/home"),
      "GET /home": leads("https://id.example/?t=secret"),
      "GET /own": sound2,
    }
    await using server = await serving(shop(routes))
    const { findings, errors, reports } = await judged(server, { paths: ["/", "/own"] })
    expect(errors).toEqual([])
    expect(findings).toMatchObject([
      { rule: "not-looked-at", message: expect.stringContaining("id.example") },
    ])
    expect(JSON.stringify(reports)).not.toContain("secret")
  })

  const sound2 = (_: unknown, response: Parameters<typeof sound>[0]) => sound(response)

  test("a compressed page is read although nobody has asked for it", async () => {
    const body = gzipSync(linked(["/boom"]))
    await using server = await serving(
      shop({
        "GET /": (_, response) =>
          response
            .writeHead(200, {
              ...policy("default-src 'none'; frame-ancestors 'none'"),
              "content-encoding": "gzip",
            })
            .end(body),
        "GET /boom": (_, response) => response.writeHead(500).end(),
      }),
    )
    expect(rules(await judged(server))).toEqual(["medium server-error: web GET /boom"])
  })
})

describe("traces of errors", () => {
  test.each([
    [
      "Node in JSON",
      "application/json",
      JSON.stringify({ stack: "Error: x\n    at order (/app/src/order.js:3:1)" }),
    ],
    [
      "Express in HTML",
      "text/html",
      "<pre>SyntaxError<br> &nbsp; &nbsp;at JSON.parse (&lt;anonymous&gt;)<br> &nbsp; &nbsp;at parse (/app/node_modules/x.js:9:1)</pre>",
    ],
    ["Python", "text/plain", 'Traceback (most recent call last):\n  File "/app/shop.py", line 3, in order\n'],
    [
      "Spring",
      "application/json",
      JSON.stringify({ trace: "java.lang.X: y\r\n\tat shop.Order.place(Order.java:12)\r\n" }),
    ],
    ["Go", "text/plain", "panic: x\n\ngoroutine 7 [running]:\nmain.main()\n"],
    ["Rust", "text/plain", "thread 'main' panicked at src/main.rs:4:5:\nx"],
    ["PHP", "text/html", "<b>Fatal error</b>: x\n#0 /var/www/shop.php(12): order()\n"],
    ["C#", "text/plain", "System.Exception: x\n   at Shop.Order.Place() in /src/Order.cs:line 9\n"],
    ["Ruby", "text/plain", "app/order.rb:3:in `place': x"],
  ])("of %s are found", async (_, type, body) => {
    const answer = shop({
      "POST /": (_, response) => response.writeHead(400, { "content-type": type }).end(body),
    })
    await using server = await serving(answer)
    expect(rules(await judged(server))).toEqual(["medium stack-trace: web POST / with malformed JSON"])
  })

  test.each([
    ["a sentence", "text/plain", "the order could not be read, at line 3"],
    ["an address with a port", "text/plain", "nothing at http://shop.example:8080:"],
    ["a time", "text/plain", "failed at 12:30:45"],
  ])("and %s is none", async (_, type, body) => {
    const answer = shop({
      "POST /": (_, response) => response.writeHead(400, { "content-type": type }).end(body),
    })
    await using server = await serving(answer)
    expect(rules(await judged(server))).toEqual([])
  })
})

describe("fails closed", () => {
  const errorsOf = async (server: Running, more: Partial<ProbeRequest> = {}) =>
    (await judged(server, more)).errors.join("; ")

  test("where no path is served, one answers 5xx, or leads in circles", async () => {
    await using nothing = await serving((_, response) => response.writeHead(404).end())
    expect(await errorsOf(nothing)).toMatch(/none of its paths is answered with 2xx/)
    await using broken = await serving(
      shop({ "GET /orders": (_, response) => response.writeHead(502).end() }),
    )
    expect(await errorsOf(broken, { paths: ["/", "/orders"] })).toBe("web: GET /orders answers 502")
    // It is named by somebody who wants it to be looked at.
    expect(await errorsOf(broken, { paths: ["/", "/ordres"] })).toBe("web: GET /ordres answers 404")
    const redirects = [{ path: "/login", parameter: "next" }]
    expect(await errorsOf(broken, { redirects })).toMatch(/GET \/login\?next=\S+ answers 404/)
    await using circle = await serving((request, response) =>
      response.writeHead(302, { location: request.url === "/" ? "/a" : "/" }).end(),
    )
    expect(await errorsOf(circle)).toMatch(/GET \/ leads in circles/)
    let steps = 0
    await using endless = await serving((_, response) =>
      response.writeHead(302, { location: `/${steps++}` }).end(),
    )
    expect(await errorsOf(endless)).toMatch(/leads in circles/)
  })

  test("where an answer ends in the middle, or is no HTTP", async () => {
    await using cut = await serving(
      shop({
        "GET /.env": (_, response) => response.writeHead(200, { "content-length": "100" }).end("A="),
      }),
    )
    expect(await errorsOf(cut)).toMatch(/GET \/\.env was not answered: the answer 200 ends in the middle/)
    await using packed = await serving(
      shop({
        "GET /.env": (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("A=1"),
      }),
    )
    expect(await errorsOf(packed)).toMatch(/GET \/\.env was not answered: its body is no gzip/)
    await using other = await saying("220 mail.example ESMTP\r\n")
    await expect(probing(other)).rejects.toThrow(/Parse Error.* after 0\.5 s/)
  })

  test("where it says nothing in time, or does not begin to serve", async () => {
    await using silent = await serving(shop({ "GET /.env": () => undefined }))
    expect(await errorsOf(silent, { answerSeconds: 0.3 })).toMatch(
      /\.env was not answered: no whole answer within 0\.3 s/,
    )
    await using dumb = await saying(null)
    await expect(probing(dumb, { answerSeconds: 0.2 })).rejects.toThrow(
      /no whole answer within 0\.2 s after 0\.5 s/,
    )
    await using failing = await serving((_, response) => response.writeHead(503).end())
    await expect(probing(failing)).rejects.toThrow("answers 503 after 0.5 s")
    const gone = await serving(shop())
    await gone[Symbol.asyncDispose]()
    await expect(probing(gone)).rejects.toThrow(/ECONNREFUSED.* after 0\.5 s/)
  })

  test("where it no longer serves after what was sent to it", async () => {
    let dead = false
    await using server = await serving((request, response) => {
      dead ||= request.method === "POST"
      if (dead) request.socket.destroy()
      else shop()(request, response)
    })
    await expect(probing(server)).rejects.toThrow(/no longer serves after requests that are none/)
  })

  test("but it may ask who it is, and link to what goes on and on", async () => {
    await using server = await serving(
      shop({
        "GET /": (_, response) => sound(response, '<a href="/events">e</a>'),
        "GET /events": (_, response) => response.writeHead(200).write("data: 1\n\n"),
        "GET /admin": (_, response) =>
          response.setHeader("x-content-type-options", "nosniff").writeHead(401).end("no\n"),
      }),
    )
    const { errors, findings } = await judged(server, { paths: ["/", "/admin"], answerSeconds: 0.3 })
    expect(errors).toEqual([])
    expect(findings.map(({ subject, severity }) => `${severity} ${subject}`)).toEqual([
      "info web GET /events",
      "info web GET /admin",
    ])
  })

  test("but it may begin late, hang up on what is no request, and answer much", async () => {
    let first = true
    await using server = await serving((request, response) => {
      if (first) response.writeHead(503).end()
      else if (request.method !== "GET") request.socket.destroy()
      else if (request.url === "/") sound(response, " ".repeat(1_100_000))
      else shop()(request, response)
      first = false
    })
    const { errors, findings } = await judged(server)
    expect(errors).toEqual([])
    expect(findings).toMatchObject([
      { rule: "not-looked-at", message: expect.stringContaining("first megabyte") },
    ])
  })
})
