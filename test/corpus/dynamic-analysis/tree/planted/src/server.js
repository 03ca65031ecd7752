import { createServer } from "node:http"

const html = { "content-type": "text/html" }
const page = `<!doctype html><title>Orders</title>
<script src="/assets/app.js"></script>
<link rel="stylesheet" href="http://cdn.example/site.css">
<a href="/files/">files</a> <a href="/report">report</a> <a href="/">home</a>`

const routes = {
  "/": (_, response) => response.writeHead(200, { ...html, "set-cookie": "sid=4711; Path=/" }).end(page),
  "/assets/app.js": (_, response) =>
    response.setHeader("content-type", "text/javascript").end("start()\n//# sourceMappingURL=app.js.map\n"),
  "/assets/app.js.map": (_, response) =>
    response.end('{"version":3,"sources":["app.ts"],"sourcesContent":["start()"],"mappings":"AAAA"}'),
  "/files/": (_, response) =>
    response.writeHead(200, html).end('<title>Index of /files/</title><a href="orders.csv">orders.csv</a>'),
  "/files/orders.csv": (_, response) => response.end("id;sum\n"),
  "/report": () => {
    throw new Error("the report is not ready")
  },
  "/.git/HEAD": (_, response) => response.end("ref: refs/heads/main\n"),
  "/.env": (_, response) => response.end("DATABASE_PASSWORD=example\n"),
  "/actuator/env": (_, response) => response.end('{"activeProfiles":[],"propertySources":[]}'),
  "/login": (request, response) => {
    const next = new URL(request.url, "http://localhost").searchParams.get("next")
    response.writeHead(302, { location: next ?? "/" }).end()
  },
  "/api/orders": async (request, response) => {
    const { origin } = request.headers
    if (origin !== undefined)
      response.setHeader("access-control-allow-origin", origin).setHeader("access-control-allow-credentials", "true")
    if (request.method === "POST") JSON.parse((await request.toArray()).join(""))
    response.setHeader("x-powered-by", "Shop 1.2").end("[]\n")
  },
}

const server = createServer(async (request, response) => {
  const route = routes[request.url.split("?")[0]]
  if (request.method === "TRACE") return response.end(JSON.stringify(request.headers))
  try {
    await (route ?? ((_, answer) => answer.writeHead(404).end("nothing here\n")))(request, response)
  } catch (error) {
    response.writeHead(500).end(error.stack)
  }
})
server.on("clientError", (_, socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))
routes["/health"] = (_, response) => response.end("ok\n")

server.listen(Number(process.env.PORT ?? 8080), () => console.log(server.address().port))
