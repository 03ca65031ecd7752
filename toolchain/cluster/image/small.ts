import { rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import {
  type Descriptor,
  fromDirectory,
  fromPath,
  imageOf,
  inLayerOrder,
  type RunSettings,
  type TarEntry,
  tarBytes,
  writeImage,
} from "../../images/oci/index.ts"
import { debianStepId, systemOf } from "../../images/rootfs/index.ts"
import type { Step, StepContext } from "../../steps/index.ts"
import { corednsBinary, localPathBinary } from "../binaries.ts"
import { builtinImages } from "../node/configuration.ts"
import { clusterDebian } from "./debian.ts"

/** Name of the archive in the output of `cluster-images`. */
export const archiveFile = "images.tar"

/** An image that a cluster has from its first second, before it can reach any registry. */
interface SmallImage extends RunSettings {
  /** The reference that containerd knows it by. */
  readonly reference: string
  /** What is in it; paths on disk by path in the image. */
  readonly files: Readonly<Record<string, string>>
  /** Names of one program that decides by its name what to do. */
  readonly links?: { readonly names: readonly string[]; readonly target: string }
}

/**
 * The images for pause, busybox, CoreDNS and storage in one OCI archive. Two are Debian's static programs, two are
 * static programs of ours: none has a distribution in it.
 */
export const clusterImages: Step = {
  id: "cluster-images",
  title: "Make the images that a cluster starts with",
  needs: [corednsBinary.id, localPathBinary.id, debianStepId(clusterDebian.name)],
  inputs: {
    files: [
      "toolchain/cluster/image/small.ts",
      "toolchain/images/oci",
      "toolchain/cluster/node/configuration.ts",
    ],
  },
  heavy: false,
  async run(ctx) {
    const layout = join(ctx.out, "layout")
    const manifests: Descriptor[] = []
    for (const image of await smallImages(ctx)) manifests.push(await addImage(layout, image))
    const index = { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests }
    await writeFile(join(layout, "index.json"), JSON.stringify(index))
    const entries = inLayerOrder(await fromDirectory(layout, { owner: { uid: 0, gid: 0 } }))
    await writeFile(join(ctx.out, archiveFile), tarBytes(entries))
    await rm(layout, { recursive: true })
  },
}

async function smallImages(ctx: StepContext): Promise<readonly SmallImage[]> {
  const system = systemOf(ctx.output(debianStepId(clusterDebian.name)))
  const busybox = join(system, "bin/busybox")
  const names = (await ctx.exec(busybox, ["--list"], { quiet: true })).split("\n")
  const tools = { names: names.filter((name) => name !== "" && name !== "busybox"), target: "busybox" }
  const searchPath = { PATH: "/bin" }
  return [
    {
      reference: builtinImages.pause,
      files: { "bin/busybox": busybox, "bin/tini": join(system, "usr/bin/tini-static") },
      // Holds a pod's namespaces, and reaps its orphans where containers share one process namespace.
      entrypoint: ["/bin/tini", "--", "/bin/busybox", "sleep", "2147483647"],
    },
    {
      reference: builtinImages.busybox,
      files: { "bin/busybox": busybox },
      links: tools,
      env: searchPath,
      command: ["sh"],
    },
    {
      reference: builtinImages.coredns,
      files: { coredns: join(ctx.output(corednsBinary.id), "coredns") },
      entrypoint: ["/coredns"],
    },
    {
      reference: builtinImages.localPath,
      files: { "local-path-provisioner": join(ctx.output(localPathBinary.id), "local-path-provisioner") },
      entrypoint: ["/local-path-provisioner"],
    },
  ]
}

/** Adds an image to the layout, whose index the next image overwrites. */
async function addImage(
  layout: string,
  { reference, files, links, ...settings }: SmallImage,
): Promise<Descriptor> {
  const entries: TarEntry[] = [{ type: "directory", path: "tmp", mode: 0o1777 }]
  for (const [path, source] of Object.entries(files))
    entries.push({ ...(await fromPath(source, path)), mode: 0o755, uid: 0, gid: 0 })
  for (const name of links?.names ?? [])
    entries.push({ type: "symlink", path: `bin/${name}`, target: links?.target ?? "", mode: 0o777 })
  await writeImage(layout, { ...settings, layers: [entries], labels: {}, tag: reference, compression: 1 })
  return imageOf(layout)
}
