import { type GoBuild, goEnvironment } from "./go.ts"
import type { FetchContext } from "./steps/index.ts"

export type GoModules = Pick<GoBuild, "module" | "packages" | "tags" | "env">

/**
 * Downloads and unpacks exactly those modules that a build of these packages reads: `go mod download` would bring all
 * that go.mod names, half of which nothing is built from.
 */
export async function fetchGoModules(ctx: FetchContext, modules: GoModules): Promise<void> {
  const tags = modules.tags?.length ? ["-tags", modules.tags.join(",")] : []
  await ctx.exec("go", ["list", "-deps", "-mod=readonly", ...tags, "-f", "", ...modules.packages], {
    cwd: modules.module,
    env: { ...goEnvironment, ...modules.env },
    quiet: true,
  })
}
