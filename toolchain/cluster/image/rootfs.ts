import { imageStepId } from "../../images/index.ts"
import { blobPath, manifestOf } from "../../images/oci/layout.ts"
import type { Step } from "../../steps/index.ts"
import { kubernetes } from "./recipe.ts"

/** The image, unpacked: the root file system of the cluster of host processes. */
export const clusterRootfs: Step = {
  id: "cluster-rootfs",
  title: "Unpack the cluster's image for the cluster of host processes",
  needs: [imageStepId(kubernetes.name)],
  inputs: { files: ["toolchain/cluster/image/rootfs.ts"] },
  heavy: false,
  async run(ctx) {
    const layout = ctx.output(imageStepId(kubernetes.name))
    for (const { digest } of (await manifestOf(layout)).layers)
      await ctx.exec("tar", [
        "--extract",
        "--gzip",
        "--numeric-owner",
        "--preserve-permissions",
        "--file",
        blobPath(layout, digest),
        "--directory",
        ctx.out,
      ])
  },
}
