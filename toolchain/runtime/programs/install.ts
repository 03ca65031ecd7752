/**
 * Installs the runtime dependencies of the module in the current directory, as its lock file names them. A module
 * without a lock file gets an empty node_modules; build.ts tells its author when that cannot be right. What was
 * installed is kept in npm's cache volume by the files that it follows from: the engine runs this anew after every
 * edit of the module's code, and npm itself takes longer than to bundle that.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync } from "node:fs"
import { join } from "node:path"

const kept = "/root/.npm/installed"

mkdirSync("node_modules", { recursive: true })
if (existsSync("package.json") && existsSync("package-lock.json") && hasDependencies()) {
  const place = join(kept, keyOf(["package.json", "package-lock.json", ".npmrc"]))
  if (existsSync(place)) copy(place, "node_modules")
  else if (install()) keep(place)
  else process.exitCode = 1
}

function hasDependencies(): boolean {
  const { dependencies = {} } = JSON.parse(readFileSync("package.json", "utf8"))
  return Object.keys(dependencies).length > 0
}

function keyOf(files: readonly string[]): string {
  const hash = createHash("sha256").update(process.version)
  for (const file of files)
    hash.update(`\0${file}\0`).update(existsSync(file) ? readFileSync(file) : "\0missing")
  return hash.digest("hex")
}

function install(): boolean {
  const args = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
  return spawnSync("npm", args, { stdio: "inherit" }).status === 0
}

/** By renaming: whoever is killed in the middle, or does the same beside us, leaves no half of it under that name. */
function keep(place: string): void {
  mkdirSync(kept, { recursive: true })
  const draft = mkdtempSync(join(kept, "draft-"))
  copy("node_modules", draft)
  try {
    renameSync(draft, place)
  } catch (error) {
    // Somebody else was first, with the same packages.
    if (!existsSync(place)) throw error
  }
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
}
