import { rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { contentEntries } from "../../images/content.ts"
import {
  type Descriptor,
  fromDirectory,
  imageOf,
  inLayerOrder,
  type RunSettings,
  tarBytes,
  writeImage,
} from "../../images/oci/index.ts"
import type { Content } from "../../images/recipe.ts"
import { debianStepId } from "../../images/rootfs/index.ts"
import type { Step, StepContext } from "../../steps/index.ts"
import { corednsBinary, localPathBinary } from "../binaries.ts"
import { builtinImages } from "../node/configuration.ts"
import { busyboxContent } from "./busybox.ts"
import { clusterDebian } from "./debian.ts"

/** Name of the archive in the output of `cluster-images`. */
export const archiveFile = "images.tar"

/** An image that a cluster has from its first second, before it can reach any registry. */
interface SmallImage extends RunSettings {
  /** The reference that containerd knows it by. */
  readonly reference: string
  readonly content: readonly Content[]
}

const program = (step: string, file: string): Content => ({ step, file, to: `usr/bin/${file}`, mode: 0o755 })
const searchPath = { PATH: "/usr/bin" }

const smallImages: readonly SmallImage[] = [
  {
    reference: builtinImages.pause,
    content: [
      { from: clusterDebian.name, collect: { programs: ["/bin/busybox"], files: ["/usr/bin/tini-static"] } },
    ],
    // Holds a pod's namespaces, and reaps its orphans where containers share one process namespace.
    entrypoint: ["/usr/bin/tini-static", "--", "/usr/bin/busybox", "sleep", "2147483647"],
  },
  { reference: builtinImages.busybox, content: busyboxContent, env: searchPath, command: ["sh"] },
  {
    reference: builtinImages.coredns,
    content: [program(corednsBinary.id, "coredns")],
    entrypoint: ["/usr/bin/coredns"],
  },
  {
    reference: builtinImages.localPath,
    content: [program(localPathBinary.id, "local-path-provisioner"), { directory: "tmp", mode: 0o1777 }],
    entrypoint: ["/usr/bin/local-path-provisioner"],
  },
]

/** The images for pause, busybox, CoreDNS and storage in one OCI archive. */
export const clusterImages: Step = {
  id: "cluster-images",
  title: "Make the images that a cluster starts with",
  needs: [corednsBinary.id, localPathBinary.id, debianStepId(clusterDebian.name)],
  inputs: {
    files: ["toolchain/images/oci", "toolchain/images/content.ts", "node_modules/tar-stream/package.json"],
    values: [JSON.stringify(smallImages)],
  },
  heavy: false,
  async run(ctx) {
    const layout = join(ctx.out, "layout")
    const manifests: Descriptor[] = []
    for (const image of smallImages) manifests.push(await addImage(layout, image, ctx))
    const index = { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests }
    await writeFile(join(layout, "index.json"), JSON.stringify(index))
    const entries = inLayerOrder(await fromDirectory(layout, { owner: { uid: 0, gid: 0 } }))
    await writeFile(join(ctx.out, archiveFile), tarBytes(entries))
    await rm(layout, { recursive: true })
  },
}

/** Adds an image to the layout, whose index the next image overwrites. */
async function addImage(
  layout: string,
  { reference, content, ...settings }: SmallImage,
  ctx: StepContext,
): Promise<Descriptor> {
  const { entries } = await contentEntries(content, ctx)
  await writeImage(layout, { ...settings, layers: [entries], labels: {}, tag: reference, compression: 1 })
  return imageOf(layout)
}
