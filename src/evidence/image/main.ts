/**
 * Program: publishes an image. Runs in the runner container on every call.
 *   node image/main.ts --registry HOST --repository PATH --tag TAG --out DIR [--insecure] [--user NAME --password-file FILE] …
 *     … --layout DIR                                      pushes an image that was built
 *     … --image HOST/PATH@sha256:… --judged PLATFORM,… [--image-insecure]
 *                                                         copies an image that was built elsewhere, of which these platforms were judged
 * Writes the digest to DIR/answer.json and ends with 0, or writes DIR/error.json and ends with its exit code.
 */
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { parseDigest } from "../../domain/index.ts"
import { runMain } from "../../toolbox/program-end.ts"
import type { Answers } from "../answers.ts"
import { RegistryClient } from "../registry/client.ts"
import { readCredentials } from "../registry/credentials.ts"
import { apiPlace, parseReference } from "../registry/reference.ts"
import type { RegistryOptions } from "../registry/transport.ts"
import type { CopyTarget } from "./copy.ts"
import { pushLayout } from "./push.ts"

/** Time limit of one request: large layers take minutes over slow networks. */
const timeoutMs = 600_000

export async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      registry: { type: "string", default: "" },
      repository: { type: "string", default: "" },
      tag: { type: "string", default: "" },
      layout: { type: "string", default: "" },
      out: { type: "string", default: "" },
      image: { type: "string" },
      judged: { type: "string", default: "" },
      "image-insecure": { type: "boolean", default: false },
      insecure: { type: "boolean", default: false },
      user: { type: "string" },
      "password-file": { type: "string" },
    },
  })
  const { registry, repository, tag, layout, out, insecure, user, image, "password-file": file } = values
  const options = { insecure, timeoutMs, ...(await readCredentials(user, file)) }
  const target = { registry, repository, tag }
  const client = new RegistryClient(registry, options)
  const elsewhere = { insecure: values["image-insecure"], timeoutMs }
  const answer: Answers["push"] =
    image === undefined
      ? { digest: await pushLayout(client, layout, target) }
      : await copy(
          { image, judged: values.judged.split(",") },
          (host) => (host === registry ? options : elsewhere),
          {
            client,
            ...target,
          },
        )
  await writeFile(join(out, "answer.json"), `${JSON.stringify(answer)}\n`)
}

/** Each registry gets its own credentials only. */
async function copy(
  { image, judged }: { readonly image: string; readonly judged: readonly string[] },
  optionsFor: (registry: string) => RegistryOptions,
  to: CopyTarget,
): Promise<Answers["push"]> {
  const [{ copyImage }, { judgedManifests }] = await Promise.all([
    import("./copy.ts"),
    import("./judged-index.ts"),
  ])
  const named = parseReference(image)
  const { registry, repository } = apiPlace(named)
  const client = new RegistryClient(registry, optionsFor(named.registry))
  const from = { client, image: { repository, digest: parseDigest(named.reference) } }
  // Before anything of it is copied.
  const platforms = await judgedManifests(from, judged)
  return { digest: await copyImage(from, to), ...(platforms === undefined ? {} : { platforms }) }
}

if (import.meta.main) await runMain(main)
