/**
 * Program: the JSON schemas of Kubernetes, as kubeconform reads them. FILE is a request in JSON.
 *   node schemas/main.ts openapi --request FILE --out DIR     of a published OpenAPI document
 *   node schemas/main.ts server --request FILE --out DIR      of a running API server
 *   node schemas/main.ts location --request FILE --out DIR    of some kinds, file by file
 * Writes the schemas to DIR/schemas and the answer to DIR/answer.json, and ends with 0; or writes DIR/error.json, and with
 * --tell-error the same to stdout, and ends with its exit code.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import { runMain, tellError } from "../../toolbox/program-end.ts"
import type { SchemasAnswer } from "./answer.ts"
import { download, downloadSchemas } from "./download.ts"
import { type Definitions, schemasOf } from "./openapi.ts"
import { read } from "./server.ts"

const openapiRequest = z.strictObject({ url: z.string(), digest: z.string().optional() })
const serverRequest = z.strictObject({ address: z.string(), authorityUrl: z.string(), tokenFile: z.string() })
const locationRequest = z.strictObject({
  location: z.string(),
  version: z.string(),
  kinds: z.array(z.strictObject({ apiVersion: z.string(), kind: z.string() })),
})
export type OpenApiRequest = z.input<typeof openapiRequest>
export type ServerRequest = z.input<typeof serverRequest>
export type LocationRequest = z.input<typeof locationRequest>

const definitions = z.record(
  z.string(),
  z.custom<Definitions[string]>((value) => typeof value === "object" && value !== null),
)
const document = z.union([
  z.object({ definitions }).transform((one) => one.definitions),
  z.object({ components: z.object({ schemas: definitions }) }).transform((one) => one.components.schemas),
])
const served = z.object({ gitVersion: z.string() })

export async function main(argv: readonly string[]): Promise<void> {
  const text = { type: "string", default: "" } as const
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { request: text, out: text, [tellError]: { type: "boolean" } },
  })
  const request: unknown = JSON.parse(await readFile(values.request, "utf8"))
  const [command = ""] = positionals
  const { files, version } = await schemasBy(command, request)
  const directory = join(values.out, "schemas")
  await mkdir(directory, { recursive: true })
  for (const [name, schema] of files) await writeFile(join(directory, name), schema)
  const answer: SchemasAnswer = { schemas: files.size, version }
  await writeFile(join(values.out, "answer.json"), `${JSON.stringify(answer)}\n`)
}

interface Schemas {
  readonly files: ReadonlyMap<string, string>
  /** Kubernetes' version, where the source tells it. */
  readonly version: string | null
}

async function schemasBy(command: string, request: unknown): Promise<Schemas> {
  if (command === "openapi") {
    const { url, digest } = openapiRequest.parse(request)
    const text = await download(url, digest)
    if (text === null) throw unusable(url, "there is no such document")
    return { files: schemasIn(text, url), version: null }
  }
  if (command === "server") {
    const { address, authorityUrl, tokenFile } = serverRequest.parse(request)
    const authority = await download(authorityUrl)
    if (authority === null) throw unusable(authorityUrl, "the cluster tells no certificate")
    const server = { address, authority, token: (await readFile(tokenFile, "utf8")).trim() }
    const { gitVersion } = served.parse(JSON.parse(await read(server, "/version")))
    const version = /^v?(\d+\.\d+\.\d+)/.exec(gitVersion)?.[1] ?? null
    return { files: schemasIn(await read(server, "/openapi/v2"), address), version }
  }
  if (command === "location") {
    const { location, version, kinds } = locationRequest.parse(request)
    return { files: await downloadSchemas(location, version, kinds), version }
  }
  throw new SignalboxError("USAGE", { what: `unknown schemas command: ${command}` })
}

/** @throws OUTPUT_UNREADABLE for a text that is no OpenAPI document of Kubernetes: with no schema, nothing is checked. */
function schemasIn(text: string, where: string): ReadonlyMap<string, string> {
  const parsed = document.safeParse(parsedJson(text, where))
  const schemas = parsed.success ? schemasOf(parsed.data) : new Map<string, unknown>()
  if (!schemas.has("pod-v1.json")) throw unusable(where, "it has no schema of Pod")
  return new Map([...schemas].map(([name, schema]) => [name, JSON.stringify(schema)]))
}

function parsedJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unusable(where, `it is not JSON: ${text.slice(0, 100).replaceAll(/\s+/g, " ")}`)
  }
}

function unusable(where: string, why: string): SignalboxError {
  return new SignalboxError("OUTPUT_UNREADABLE", {
    what: "this is no OpenAPI document of Kubernetes",
    where,
    why,
    next: "correct schemas.kubernetes, or the image of the cluster, in toolbox.yaml",
  })
}

// Every file below src/ is imported when the module is loaded as a Dagger module.
if (import.meta.main) await runMain(main)
