/**
 * Program: a database, as the OCI artifact that it is published as.
 *   node database/main.ts resolve --request FILE --tell-error --out DIR    which artifact the tag means now: place, digest, layer
 *   node database/main.ts fetch --request FILE --tell-error --out DIR      its files in DIR/files, by the digest of the layer
 * Writes DIR/answer.json and ends with 0, or writes DIR/error.json, and the same to stdout, and ends with its exit code.
 */
import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { z } from "zod"
import { digest } from "../../config/schema/primitives.ts"
import { SignalboxError } from "../../domain/index.ts"
import { runMain, tellError } from "../../toolbox/program-end.ts"
import type { Answers } from "../answers.ts"
import { downloadLayer, resolveDatabase } from "./artifact.ts"
import { type DatabaseKindName, databaseKinds } from "./kinds.ts"
import { placeSchema } from "./places.ts"
import { unpackFiles } from "./unpack.ts"

const kind = z.enum(Object.keys(databaseKinds) as [DatabaseKindName, ...DatabaseKindName[]])
const places = z.array(placeSchema).min(1)

const resolveRequest = z.strictObject({ kind, places, digest: digest.optional() })
export type ResolveRequest = z.input<typeof resolveRequest>

const fetchRequest = z.strictObject({
  kind,
  places,
  layer: z.strictObject({ digest, size: z.int().positive() }),
})
export type FetchRequest = z.input<typeof fetchRequest>

export async function main(argv: readonly string[]): Promise<void> {
  const text = { type: "string", default: "" } as const
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { request: text, out: text, [tellError]: { type: "boolean" } },
  })
  const request: unknown = JSON.parse(await readFile(values.request, "utf8"))
  const write = (answer: Answers["databaseResolve"] | Answers["databaseFetch"]) =>
    writeFile(join(values.out, "answer.json"), `${JSON.stringify(answer)}\n`)
  const [command = ""] = positionals
  if (command === "resolve") {
    const { kind: named, places: asked, digest: wanted } = resolveRequest.parse(request)
    return write(await resolveDatabase(named, asked, wanted))
  }
  if (command === "fetch") {
    const { kind: named, places: asked, layer } = fetchRequest.parse(request)
    const archive = join(values.out, "layer.tar.gz")
    const place = await downloadLayer(layer, asked, archive)
    await unpackFiles(archive, databaseKinds[named], join(values.out, "files"))
    // The archive would be kept beside what was in it.
    await rm(archive)
    return write({ place })
  }
  throw new SignalboxError("USAGE", { what: `unknown database command: ${command}` })
}

// Every file below src/ is imported when the module is loaded as a Dagger module.
if (import.meta.main) await runMain(main)
