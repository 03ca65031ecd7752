/**
 * Program: which digests the tags of some images mean now. Runs on every call.
 *   node resolve/main.ts --request FILE --out DIR
 * An image that cannot be resolved is in the answer with its reason, beside the others. Writes DIR/answer.json and ends
 * with 0, or writes DIR/error.json and ends with its exit code.
 */
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseArgs } from "node:util"
import pLimit from "p-limit"
import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import { runMain } from "../../toolbox/program-end.ts"
import type { Answers } from "../answers.ts"
import { placeSchema, type ReadOptions, readerOf } from "../database/places.ts"

const imageSchema = placeSchema.extend({ name: z.string() })
const requestSchema = z.strictObject({ images: z.array(imageSchema) })
export type ResolveImagesRequest = z.input<typeof requestSchema>

type Resolved = Answers["resolve"]["images"][number]

/** Registries count requests: a few at once are quick enough. */
const atOnce = 4

export async function resolveImages(
  { images }: ResolveImagesRequest,
  options?: ReadOptions,
): Promise<readonly Resolved[]> {
  const limited = pLimit(atOnce)
  return Promise.all(images.map((image) => limited(() => resolveImage(image, options))))
}

async function resolveImage(
  { name, ...place }: ResolveImagesRequest["images"][number],
  options?: ReadOptions,
): Promise<Resolved> {
  const image = place.reference
  try {
    const { client, ref } = await readerOf(place, undefined, options)
    const digest = await client.resolveAny(ref)
    if (digest !== undefined) return { name, image, digest }
    return { name, image, why: "the registry has no such image, or does not show it" }
  } catch (thrown) {
    if (!(thrown instanceof SignalboxError)) throw thrown
    const { what, why } = thrown.detail
    return { name, image, why: [what, why].filter(Boolean).join(": ") }
  }
}

export async function main(argv: readonly string[]): Promise<void> {
  const text = { type: "string", default: "" } as const
  const { values } = parseArgs({ args: [...argv], options: { request: text, out: text } })
  const request = requestSchema.parse(JSON.parse(await readFile(values.request, "utf8")))
  const answer: Answers["resolve"] = { images: [...(await resolveImages(request))] }
  await writeFile(join(values.out, "answer.json"), `${JSON.stringify(answer)}\n`)
}

// Every file below src/ is imported when the module is loaded as a Dagger module.
if (import.meta.main) await runMain(main)
