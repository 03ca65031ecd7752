/**
 * Prepares a module to run: bundles its code and writes down what the official introspector finds in it.
 * usage: node build.mjs NAME ROOT
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import { bundleModule } from "./bundle.ts"
import { bundle, library, paths } from "./paths.ts"
import { toPlain } from "./plain.ts"
import { ModuleProblem } from "./problem.ts"
import { scanModule } from "./scan.ts"
import { schemaSources } from "./sources.ts"

async function prepare(name: string, root: string): Promise<void> {
  checkLock(root)
  const { entries, files } = schemaSources(join(root, "src"))
  if (entries.length === 0)
    throw new ModuleProblem(`no class with @object() in the TypeScript files under src/ of module "${name}"`)
  // esbuild works in a process of its own, while the scanner works in this one.
  const bundled = Promise.allSettled([bundleModule(root, entries, bundle.code)])
  await new Promise((resolve) => setImmediate(resolve))
  const scanned = attempt(() => scanModule(name, root, files, library.declarations))
  const [outcome] = await bundled
  if (outcome?.status === "rejected") throw outcome.reason
  const { module, classes } = scanned()
  writeFileSync(bundle.scan, JSON.stringify(toPlain(module)))
  const places = [...classes].map(([type, file]) => [type, relative(root, file).replace(/\.m?ts$/, ".mjs")])
  writeFileSync(bundle.entries, JSON.stringify(Object.fromEntries(places)))
}

function checkLock(root: string): void {
  const file = join(root, "package.json")
  const { dependencies = {} } = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {}
  const names = Object.keys(dependencies)
  if (names.length > 0 && !existsSync(join(root, "package-lock.json")))
    throw new ModuleProblem(
      `package.json has dependencies (${names.join(", ")}), but there is no package-lock.json: run npm install`,
    )
}

/** Runs `work` now, and gives its result or throws its error when asked. */
function attempt<T>(work: () => T): () => T {
  try {
    const value = work()
    return () => value
  } catch (error) {
    return () => {
      throw error
    }
  }
}

/** Runs `work`; a problem of the module is its answer, which is kept and shown, and no failure of this program. */
async function problemsOf(work: Promise<void>): Promise<string> {
  try {
    await work
    return ""
  } catch (error) {
    if (error instanceof ModuleProblem) return error.message
    throw error
  }
}

const [name, root] = process.argv.slice(2)
if (name && root) {
  mkdirSync(paths.bundle, { recursive: true })
  writeFileSync(bundle.problems, await problemsOf(prepare(name, resolve(root))))
}
// esbuild's own process would keep this one for a while.
process.exit()
