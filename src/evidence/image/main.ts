/**
 * Program: pushes an image. Runs in the runner container, fresh on every call.
 *   node image/main.ts --registry HOST --repository PATH --tag TAG --layout DIR [--insecure] [--user NAME --password-file FILE]
 * Prints the digest. Ends with 0, or with the exit code of the error.
 */
import { readFile } from "node:fs/promises"
import { parseArgs } from "node:util"
import { asSignalboxError } from "../../domain/index.ts"
import { RegistryClient } from "../registry/client.ts"
import { pushLayout } from "./push.ts"

/** Layers are large and networks slow: ten minutes for one request. */
const timeoutMs = 600_000

async function main(): Promise<string> {
  const { values } = parseArgs({
    options: {
      registry: { type: "string", default: "" },
      repository: { type: "string", default: "" },
      tag: { type: "string", default: "" },
      layout: { type: "string", default: "" },
      insecure: { type: "boolean", default: false },
      user: { type: "string" },
      "password-file": { type: "string" },
    },
  })
  const { registry, repository, tag, layout, insecure, user, "password-file": file } = values
  const password = file === undefined ? undefined : (await readFile(file, "utf8")).trim()
  const signedIn =
    user === undefined || password === undefined ? {} : { credentials: { username: user, password } }
  const client = new RegistryClient(registry, { insecure, timeoutMs, ...signedIn })
  return pushLayout(client, layout, { registry, repository, tag })
}

if (import.meta.main) {
  try {
    process.stdout.write(`${await main()}\n`)
  } catch (thrown) {
    const error = asSignalboxError(thrown)
    process.stderr.write(`${error.message}\n`)
    process.exitCode = error.exitCode
  }
}
