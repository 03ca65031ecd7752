import { join } from "node:path"
import type { Step } from "../steps/index.ts"
import { type ImageStep, imageStep, imageStepId } from "./build.ts"
import { imageOf, manifestOf } from "./oci/index.ts"
import { finishLayout, mediaTypes, readBlob, shareBlob, writeJsonBlob } from "./oci/layout.ts"
import type { Recipe } from "./recipe.ts"

/** An image for several processors: those of other steps under one index. */
export interface Several {
  /** Repository below `signalbox/`. */
  readonly name: string
  readonly version: string
  /** Names of recipes, one of each processor. */
  readonly of: readonly string[]
}

/** The step that makes an image which is only part of an index: it is not published by itself. */
export function partStep(recipe: Recipe): Step {
  const { image: _, ...step } = imageStep(recipe)
  return step
}

/** The step whose output is an OCI layout of one index. */
export function severalStep({ name, version, of }: Several): ImageStep {
  const needs = of.map(imageStepId)
  return {
    ...{ id: imageStepId(name), title: `Put the images of ${name}:${version} under one index`, needs },
    inputs: {
      files: ["several", "oci/layout"].map((file) => `toolchain/images/${file}.ts`),
      values: [name, version],
    },
    heavy: false,
    image: { name, version },
    run: async ({ out, output, log }) =>
      log(`${name}:${version} ${await writeIndex(out, needs.map(output), version)}`),
  }
}

/**
 * Writes the images of other layouts, on the same file system, as one index.
 * @returns its digest
 */
export async function writeIndex(out: string, layouts: readonly string[], tag: string): Promise<string> {
  const manifests = []
  for (const layout of layouts) {
    const { mediaType, digest, size } = await imageOf(layout)
    const { config, layers } = await manifestOf(layout)
    for (const blob of [digest, config.digest, ...layers.map((layer) => layer.digest)])
      await shareBlob(layout, out, blob)
    const { os, architecture } = JSON.parse((await readBlob(layout, config.digest)).toString()) as Platform
    manifests.push({ mediaType, digest, size, platform: { architecture, os } })
  }
  const names = manifests.map(({ platform }) => join(platform.os, platform.architecture))
  if (new Set(names).size < names.length) throw new Error(`two images for one platform: ${names.join(", ")}`)
  const index = await writeJsonBlob(out, mediaTypes.index, {
    ...{ schemaVersion: 2, mediaType: mediaTypes.index, manifests },
  })
  await finishLayout(out, index, tag)
  return index.digest
}

interface Platform {
  readonly os: string
  readonly architecture: string
}
