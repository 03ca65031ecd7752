import { createHash } from "node:crypto"
import { execFile, exec } from "node:child_process"
import { readFile } from "node:fs/promises"
import * as path from "node:path"
import https from "node:https"
import jwt from "jsonwebtoken"

const words = /(\w+)/g
const table = "orders"

export function routes(app, db, ca) {
  app.get("/convert", (req, res) => {
    execFile("convert", [req.query.name, "out.png"], () => res.end())
    exec("convert " + "--version", () => undefined)
  })
  app.get("/orders", async (req, res) => {
    res.json(await db.query("SELECT * FROM orders WHERE customer = $1", [req.query.customer]))
    res.json(await db.query("SELECT * FROM " + "orders"))
    res.json(words.exec(`${table} ${req.query.customer}`))
  })
  app.get("/file", async (req, res) => {
    const file = path.join("/srv/files", path.basename(req.query.file))
    res.end(await readFile(file))
  })
  app.get("/etag", (req, res) => {
    const body = JSON.stringify(table)
    res.setHeader("etag", createHash("md5").update(body).digest("hex"))
    res.json({ token: jwt.sign({ table }, process.env.KEY, { algorithm: "HS256" }) })
  })
  app.get("/check", (req, res) => {
    res.json(jwt.verify(req.query.token, process.env.KEY, { algorithms: ["HS256"] }))
  })
  app.get("/next", (req, res) => res.redirect("/orders"))
  app.post("/formula", (req, res) => res.json(JSON.parse(req.body.formula)))
  app.get("/one", (req, res) => res.json(eval("1 + 1")))
}

export const agent = new https.Agent({ keepAlive: true, ca, rejectUnauthorized: true })
