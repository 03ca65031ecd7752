import { join } from "node:path"
import type { Step } from "../steps/index.ts"
import { debianStepId, systemOf } from "./rootfs/index.ts"

/**
 * The standard library without compiled files: Debian's hold the moment at which a source was written, which an image does
 * not have, so that no Python would load them. Output: the directory `python3.11`.
 */
export const pythonLibrary: Step = {
  id: "python-library",
  title: "Take Python's standard library out of Debian's",
  needs: [debianStepId("python-slim")],
  inputs: { files: ["toolchain/images/python.ts"], values: [] },
  heavy: false,
  async run(ctx) {
    const library = join(systemOf(ctx.output(debianStepId("python-slim"))), "usr", "lib", "python3.11")
    await ctx.exec("cp", ["--archive", library, ctx.out])
    const compiled = ["-type", "d", "-name", "__pycache__", "-prune", "-exec", "rm", "-r", "{}", "+"]
    await ctx.exec("find", [join(ctx.out, "python3.11"), ...compiled])
  },
}
