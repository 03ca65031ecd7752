// A shop of two pages, without a package.
import { createServer } from "node:http"

const page = (title, body) => `<!doctype html><html lang="en"><head><title>${title}</title></head><body>${body}</body></html>`

const home = page(
  "Shop",
  `<h1>Shop</h1><button id="add" onclick="count.textContent = Number(count.textContent) + 1">Add to basket</button>
   <p>In the basket: <output id="count">0</output></p><a href="/checkout">Check out</a>`,
)

createServer((request, response) => {
  const found = { "/": home, "/checkout": page("Check out", "<h1>Check out</h1><p>Nothing to pay.</p>"), "/health": "ok" }[request.url]
  response.writeHead(found === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" })
  response.end(found ?? page("Not found", "<h1>Not found</h1>"))
}).listen(Number(process.env.PORT ?? 8080))
