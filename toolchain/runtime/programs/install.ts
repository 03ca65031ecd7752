/**
 * Installs the runtime dependencies of the module in the current directory, as its lock file names them. A module
 * without a lock file gets an empty node_modules; build.ts tells its author when that cannot be right.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync } from "node:fs"

mkdirSync("node_modules", { recursive: true })
if (existsSync("package.json") && existsSync("package-lock.json") && hasDependencies())
  process.exitCode = install()

function hasDependencies(): boolean {
  const { dependencies = {} } = JSON.parse(readFileSync("package.json", "utf8"))
  return Object.keys(dependencies).length > 0
}

function install(): number {
  const args = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
  return spawnSync("npm", args, { stdio: "inherit" }).status ?? 1
}
