import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { goBuild } from "../go.ts"
import { fetchGoModules } from "../go-modules.ts"
import type { Step } from "../steps/index.ts"
import { versions } from "../versions.ts"

const directory = "toolchain/advisories"
const sources = [
  "main.go",
  "source.go",
  "database.go",
  "osv.go",
  "copy.go",
  "go.mod",
  "go.sum",
  "advisories.yaml",
]

/** Name of the database, as reports state it and environments accept it. */
export const advisoriesName = "signalbox-fixture"

/** Builds the database program and runs it. Output: `db` with trivy.db, `osv` with ECOSYSTEM.zip for each ecosystem, both with metadata.json. */
export const advisoriesDatabase: Step = {
  id: "advisories-database",
  title: "Build the advisory database",
  needs: [],
  inputs: {
    files: [...sources.map((name) => `${directory}/${name}`), "toolchain/go.ts"],
    values: [versions.advisories],
  },
  heavy: false,
  fetch: (ctx) => fetchGoModules(ctx, { module: join(ctx.root, directory), packages: ["."] }),
  async run(ctx) {
    const module = join(ctx.root, directory)
    const program = join(ctx.out, "program")
    await goBuild(ctx, { module, out: program, packages: ["."] })
    await ctx.exec(join(program, "advisories"), [
      join(module, "advisories.yaml"),
      join(ctx.out, "db"),
      join(ctx.out, "osv"),
    ])
    const metadata = JSON.parse(await readFile(join(ctx.out, "db", "metadata.json"), "utf8")) as {
      Name: string
      UpdatedAt: string
    }
    if (metadata.Name !== advisoriesName || !metadata.UpdatedAt.startsWith(versions.advisories)) {
      throw new Error(
        `the database is ${metadata.Name} of ${metadata.UpdatedAt}; toolchain/versions.ts says ${versions.advisories}`,
      )
    }
  },
}
