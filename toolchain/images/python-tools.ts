import { join } from "node:path"
import { ensureDebianPackages } from "../debian.ts"
import type { Step } from "../steps/index.ts"
import { toolStepId } from "../tools/index.ts"
import { versions } from "../versions.ts"

/** Tools that are Python packages, each with all that it needs: python-tools/NAME.txt has their wheels by SHA-256. */
const tools = [
  { name: "semgrep", version: versions.semgrep, module: "semgrep.console_scripts.pysemgrep" },
  { name: "bandit", version: versions.bandit, module: "bandit" },
] as const

/** Debian's Python, whose version the image has. */
const python = "/usr/bin/python3"

/** Output: the directory `site` with the packages, for PYTHONPATH. pip checks each wheel, and compiles and runs nothing. */
function packagesStep({ name, version, module }: (typeof tools)[number]): Step {
  const lock = `toolchain/images/python-tools/${name}.txt`
  return {
    id: toolStepId(name),
    title: `Fetch ${name} ${version}`,
    needs: [],
    inputs: {
      files: ["toolchain/images/python-tools.ts", lock],
      values: [JSON.stringify({ name, version })],
    },
    heavy: false,
    async run(ctx) {
      await ensureDebianPackages(["python3", "python3-pip"], ctx.log)
      const site = join(ctx.out, "site")
      await ctx.exec(python, [
        ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"],
        ...[
          "--only-binary",
          ":all:",
          "--require-hashes",
          "--requirement",
          join(ctx.root, lock),
          "--target",
          site,
        ],
      ])
      const env = { PYTHONPATH: site, PYTHONDONTWRITEBYTECODE: "1" }
      const said = await ctx.exec(python, ["-m", module, "--version"], { env })
      if (!said.includes(version)) throw new Error(`${name} says "${said.trim()}", expected ${version}`)
    },
  }
}

/** One step per tool, `tool-<name>`. */
export const pythonToolSteps: readonly Step[] = tools.map(packagesStep)
