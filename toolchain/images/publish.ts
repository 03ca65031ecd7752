import pLimit from "p-limit"
import { network } from "../network.ts"
import type { Step, StepOutputs } from "../steps/index.ts"
import { type ImageStep, isImageStep } from "./build.ts"
import { pushImage } from "./oci/index.ts"

/** An image as the registry serves it. */
export interface PublishedImage {
  readonly name: string
  readonly version: string
  /** `198.18.0.1:5000/signalbox/node:24.9.0`. */
  readonly reference: string
  readonly digest: string
  /** `false`: the registry already had it. */
  readonly pushed: boolean
}

/** Pushes at once. */
const parallel = 4

/**
 * Brings the images of all image steps into the registry. What is there stays untouched; a registry that was wiped
 * is filled again from the steps' outputs, without building anything.
 * @param outputs outputs of a finished run that held these steps
 * @throws Error where the registry refuses or does not answer
 */
export async function publishImages(
  steps: readonly Step[],
  outputs: Pick<StepOutputs, "output">,
): Promise<readonly PublishedImage[]> {
  return pLimit(parallel).map(steps.filter(isImageStep), (step) => publish(step, outputs.output(step.id)))
}

async function publish({ image }: ImageStep, layout: string): Promise<PublishedImage> {
  const [host = "", ...namespace] = network.toolImages.split("/")
  const repository = [...namespace, image.name].join("/")
  const result = await pushImage(layout, { registry: host, repository, tag: image.version })
  return { ...image, ...result, reference: `${host}/${repository}:${image.version}` }
}
