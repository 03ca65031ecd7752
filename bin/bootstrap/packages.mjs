import { readFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { isDeepStrictEqual } from "node:util"
import { locked, root, run, say } from "./shared.mjs"

/** Installs this repository's packages by the lock file, unless exactly those are there. */
export async function ensurePackages(node) {
  if (inStep()) return
  await locked(`packages:${root}`, () => {
    if (inStep()) return
    say("Install packages by package-lock.json")
    const bin = dirname(node)
    run("npm", ["ci", "--no-audit", "--no-fund"], {
      cwd: root,
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
    })
  })
}

/**
 * npm writes node_modules/.package-lock.json as the last thing of an installation: the lock file's entries, without
 * the optional packages of other platforms. Comparing the two says more than a time stamp and costs milliseconds.
 */
function inStep() {
  const wanted = read(join(root, "package-lock.json"))
  const installed = read(join(root, "node_modules", ".package-lock.json"))
  if (!wanted || !installed) return false
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "" || (entry.optional && !installed[path])) continue
    if (!same(entry, installed[path])) return false
  }
  return Object.keys(installed).every((path) => path in wanted)
}

function same(wanted, installed) {
  return (
    installed !== undefined &&
    wanted.version === installed.version &&
    wanted.integrity === installed.integrity &&
    isDeepStrictEqual(wanted.dependencies, installed.dependencies)
  )
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages
  } catch (error) {
    // A file cut short by a kill is as good as none: npm ci makes both anew.
    if (error.code === "ENOENT" || error instanceof SyntaxError) return undefined
    throw error
  }
}
