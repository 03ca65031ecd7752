const { execSync } = require("child_process")
import * as processes from "node:child_process"

export function report(db: Database, table: string): Buffer {
  db.execute(`delete from reports where name = '${table}'`)
  processes.exec("rm -r /srv/reports/" + table)
  return execSync("tar c /srv/reports/" + table)
}

export const formula = (text: string) => new Function("x", `return ${text}`)
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"
