/**
 * Program: pushes an image. Runs in the runner container, fresh on every call.
 *   node image/main.ts --registry HOST --repository PATH --tag TAG --layout DIR --out DIR [--insecure] [--user NAME --password-file FILE]
 * The digest is in DIR/answer.json. Ends with 0, or with the exit code of the error that is in DIR/error.json.
 */
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { runMain } from "../../toolbox/program-end.ts"
import type { Answers } from "../answers.ts"
import { RegistryClient } from "../registry/client.ts"
import { pushLayout } from "./push.ts"

/** Layers are large and networks slow: ten minutes for one request. */
const timeoutMs = 600_000

async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      registry: { type: "string", default: "" },
      repository: { type: "string", default: "" },
      tag: { type: "string", default: "" },
      layout: { type: "string", default: "" },
      out: { type: "string", default: "" },
      insecure: { type: "boolean", default: false },
      user: { type: "string" },
      "password-file": { type: "string" },
    },
  })
  const { registry, repository, tag, layout, out, insecure, user, "password-file": file } = values
  const password = file === undefined ? undefined : (await readFile(file, "utf8")).trim()
  const signedIn =
    user === undefined || password === undefined ? {} : { credentials: { username: user, password } }
  const client = new RegistryClient(registry, { insecure, timeoutMs, ...signedIn })
  const answer: Answers["push"] = {
    digest: await pushLayout(client, layout, { registry, repository, tag }),
  }
  await writeFile(join(out, "answer.json"), `${JSON.stringify(answer)}\n`)
}

if (import.meta.main) await runMain(main)
