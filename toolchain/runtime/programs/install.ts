/**
 * Installs the runtime dependencies of the module in the current directory, as its lock file names them. A module
 * without a lock file gets an empty node_modules; build.ts tells its author when that cannot be right.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync } from "node:fs"

mkdirSync("node_modules", { recursive: true })
if (existsSync("package.json") && existsSync("package-lock.json")) {
  const { dependencies = {} } = JSON.parse(readFileSync("package.json", "utf8"))
  const args = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
  if (Object.keys(dependencies).length > 0)
    process.exitCode = spawnSync("npm", args, { stdio: "inherit" }).status ?? 1
}
