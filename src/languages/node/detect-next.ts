import { posix } from "node:path"
import type { SourceTree } from "../detected.ts"
import type { Framework } from "./detect-frameworks.ts"
import { lockFor } from "./detect-lock.ts"
import { healthPaths, type Said } from "./detect-sources.ts"
import type { Tree } from "./lock-place.ts"

const settingsFile = /^next\.config\.[cm]?[jt]s$/

/**
 * How an application of Next.js is built, as its own settings say: a server beside the packages that it traced, which needs
 * no setting (the build asks for it), or files alone (`output: "export"`).
 */
export async function asNextBuilds(
  framework: Framework,
  tree: SourceTree,
  path: string,
  locks: Tree,
): Promise<Framework> {
  const text = await settingsOf(tree, path)
  const named = /\bdistDir\s*:\s*["'`]([\w./-]+)["'`]/.exec(text)?.[1]
  if (/\boutput\s*:\s*["'`]export["'`]/.test(text))
    return { ...framework, kind: "static", output: named ?? "out" }
  if (named !== undefined && posix.normalize(named).replace(/\/$/, "") !== ".next")
    return {
      ...framework,
      notBuilt: `distDir of its settings is ${named}, and a server of Next.js is looked for in .next`,
    }
  const lock = await lockFor(locks, path)
  // Beside the lock file of a workspace, the server lies as deep as the component itself.
  const place = typeof lock === "string" ? "" : posix.relative(lock.root, path)
  return { ...framework, entry: posix.join(".next/standalone", place, "server.js") }
}

async function settingsOf(tree: SourceTree, path: string): Promise<string> {
  const file = tree.paths.find((one) => posix.dirname(one) === path && settingsFile.test(posix.basename(one)))
  return file === undefined ? "" : tree.read(file)
}

/** `app/api/health/route.ts`, `pages/api/health.ts`: a route that is a file. Directories in brackets are not in its path. */
const route = /^(?:src\/)?(?:app\/(?<app>.+)\/route|pages\/(?<pages>api\/.+?)(?:\/index)?)\.[cm]?[jt]sx?$/

/** The health path of an application of Next.js, where one of its routes has such a name, and none has a prefix. */
export async function nextHealthIn(tree: SourceTree, path: string): Promise<Said<string> | null> {
  if (/\bbasePath\s*:/.test(await settingsOf(tree, path))) return null
  const found = tree.paths.flatMap((file) => {
    const { app, pages } = route.exec(posix.relative(path, file))?.groups ?? {}
    const named =
      app
        ?.split("/")
        .filter((name) => !/^\(.*\)$/.test(name))
        .join("/") ?? pages
    return named === undefined ? [] : [{ value: `/${named}`, file }]
  })
  for (const one of healthPaths) {
    const said = found.find(({ value }) => value === one)
    if (said !== undefined) return said
  }
  return null
}
