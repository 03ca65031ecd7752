import { copyFile, mkdir } from "node:fs/promises"
import { join } from "node:path"
import { downloadDebianPackage } from "../debian.ts"
import type { Step } from "../steps/index.ts"

/**
 * The registry server out of Debian's package, unpacked but not installed: an installation would start a registry of
 * its own on the same port. Output: `docker-registry`.
 */
export const registryBinary: Step = {
  id: "registry-binary",
  title: "Fetch the image registry",
  needs: [],
  inputs: { files: ["toolchain/registry/build.ts"] },
  heavy: false,
  async run(ctx) {
    const work = join(ctx.out, "work")
    await mkdir(work)
    const file = await downloadDebianPackage(ctx, "docker-registry", work)
    await ctx.exec("dpkg-deb", ["--extract", file, join(work, "root")])
    await copyFile(join(work, "root", "usr", "bin", "docker-registry"), join(ctx.out, "docker-registry"))
    await ctx.exec("rm", ["-r", work])
  },
}
