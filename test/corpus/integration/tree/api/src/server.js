import { createServer } from "node:http"

createServer((_, response) => response.end("ok\n")).listen(8080)
