import { createHash } from "node:crypto"
import { exec } from "node:child_process"
import { readFile } from "node:fs/promises"
import * as path from "node:path"
import https from "node:https"
import jwt from "jsonwebtoken"

export function routes(app, db) {
  app.get("/convert", (req, res) => {
    exec(`convert ${req.query.name} out.png`, () => res.end()) // nosemgrep
  })
  app.get("/orders", async (req, res) => {
    res.json(await db.query("SELECT * FROM orders WHERE customer = '" + req.query.customer + "'"))
  })
  app.get("/file", async (req, res) => {
    const file = path.join("/srv/files", req.query.file)
    res.end(await readFile(file))
  })
  app.get("/login", (req, res) => {
    const password = req.body.password
    const known = createHash("md5").update(password).digest("hex")
    res.json({ token: jwt.sign({ known }, "house of cards", { expiresIn: "1h" }) })
  })
  app.get("/check", (req, res) => {
    res.json(jwt.verify(req.query.token, process.env.KEY, { algorithms: ["HS256", "none"] }))
  })
  app.get("/next", (req, res) => res.redirect(req.query.next))
  app.post("/formula", (req, res) => res.json(eval(req.body.formula)))
}

export const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false })
