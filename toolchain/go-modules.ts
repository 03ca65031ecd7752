import { join } from "node:path"
import { type GoBuild, goEnvironment } from "./go.ts"
import { paths } from "./paths.ts"
import type { FetchContext } from "./steps/index.ts"

export type GoModules = Pick<GoBuild, "module" | "packages" | "tags" | "env">

/**
 * Downloads and unpacks exactly those modules that a build of these packages reads: `go mod download` would bring all
 * that go.mod names, half of which nothing is built from.
 * @returns where they are: the directory and the archive of each
 */
export async function fetchGoModules(ctx: FetchContext, modules: GoModules): Promise<readonly string[]> {
  const tags = modules.tags?.length ? ["-tags", modules.tags.join(",")] : []
  const format = "{{with .Module}}{{.Dir}}{{end}}"
  const args = ["list", "-deps", "-mod=readonly", ...tags, "-f", format, ...modules.packages]
  const env = { ...goEnvironment, ...modules.env }
  const listed = await ctx.exec("go", args, { cwd: modules.module, env, quiet: true })
  return placesOf(listed.split("\n"), paths.goModules)
}

/**
 * Directory and archive of each module of the cache among these directories: others, the main module and what go.mod
 * replaces by a directory of this repository, are nobody's downloads.
 */
export function placesOf(directories: readonly string[], cache: string): string[] {
  const modules = [...new Set(directories)].filter((directory) => directory.startsWith(`${cache}/`))
  return modules.flatMap((directory) => {
    const [, path = "", version = ""] = /^(.+)@([^@]+)$/.exec(directory.slice(cache.length + 1)) ?? []
    return path ? [directory, join(cache, "cache", "download", path, "@v", `${version}.zip`)] : []
  })
}
