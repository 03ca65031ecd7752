import { join } from "node:path"
import type { Step } from "../steps/index.ts"

/** Name of the bundle in the output of `cluster-program`. */
export const programFile = "node.mjs"

/** The node program as one file that needs nothing but Node. */
export const clusterProgram: Step = {
  id: "cluster-program",
  title: "Bundle the program that runs a cluster's node",
  needs: [],
  inputs: { files: ["toolchain/cluster/node", "toolchain/cluster/program.ts", "package-lock.json"] },
  heavy: false,
  async run(ctx) {
    // Only here: every command of the toolchain reads this list of steps, and few make one.
    const { build } = await import("esbuild")
    await build({
      entryPoints: [join(ctx.root, "toolchain/cluster/node/main.ts")],
      outfile: join(ctx.out, programFile),
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node24",
      // Paths in comments would make the bundle depend on where the repository is.
      absWorkingDir: ctx.root,
      logLevel: "silent",
    })
  },
}
