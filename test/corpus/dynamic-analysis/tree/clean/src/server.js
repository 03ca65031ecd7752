import { createServer } from "node:http"

const headers = {
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  server: "shop",
}
const cookies = [
  "sid=4711; Path=/; HttpOnly; Secure; SameSite=Lax",
  "XSRF-TOKEN=0815; Path=/; Secure; SameSite=Strict",
  "old=; Path=/; Max-Age=0",
]
const page = `<!doctype html><title>Index of terms</title>
<script src="/assets/app.js"></script>
<a href="http://partner.example/">a partner</a> <a href="/how-to">how to read a trace</a> <a href="/old">old</a>`
const howTo = `<!doctype html><title>Traces</title><pre>Traceback (most recent call last):
  File "shop.py", line 3, in order
    at order (/app/src/order.js:3:1)
</pre>`
const script = 'const mark = "sourceMappingURL=data:application/json;base64,"\n//# sourceMappingURL=app.js.map\n'

const html = (response, text) => response.setHeader("content-type", "text/html").end(text)
const routes = {
  "/health": (_, response) => response.end("ok\n"),
  "/how-to": (_, response) => html(response, howTo),
  "/old": (_, response) => response.writeHead(301, { location: "/" }).end(),
  "/assets/app.js": (_, response) => response.setHeader("content-type", "text/javascript").end(script),
  "/assets/app.js.map": (_, response) => response.writeHead(404).end(),
  "/login": (request, response) => {
    const next = URL.parse(new URL(request.url, "http://shop.invalid").searchParams.get("next"), "http://shop.invalid")
    const own = next?.origin === "http://shop.invalid"
    response.writeHead(302, { location: own ? next.pathname : "/" }).end()
  },
  "/api/orders": async (request, response) => {
    if (request.headers.origin === "https://partner.example")
      response
        .setHeader("access-control-allow-origin", "https://partner.example")
        .setHeader("access-control-allow-credentials", "true")
    if (request.method === "POST") JSON.parse((await request.toArray()).join(""))
    response.end("[]\n")
  },
}

const server = createServer(async (request, response) => {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (!["GET", "HEAD", "POST"].includes(request.method)) return response.writeHead(405).end()
  // One page for every path of its own making, as applications in the browser have it: also for /.env.
  const route = routes[request.url.split("?")[0]] ?? ((_, answer) => html(answer.setHeader("set-cookie", cookies), page))
  try {
    await route(request, response)
  } catch {
    response.writeHead(400).end('{"error":"this is no order"}\n')
  }
})

server.listen(Number(process.env.PORT ?? 8080), () => console.log(server.address().port))
