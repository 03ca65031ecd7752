/**
 * Program: stores a shared policy in a registry and reads it. Runs in the runner container on every call.
 *   node policy/main.ts push --registry HOST --repository PATH --file FILE --out DIR [--tag TAG]
 *   node policy/main.ts pull --registry HOST --repository PATH --digest DIGEST --out DIR
 *     … [--insecure] [--user NAME --password-file FILE]
 * Writes digest or text to DIR/answer.json and ends with 0, or writes DIR/error.json and ends with its exit code.
 */
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { parseDigest, SignalboxError } from "../../domain/index.ts"
import { runMain } from "../../toolbox/program-end.ts"
import type { Answers } from "../answers.ts"
import { RegistryClient } from "../registry/client.ts"
import { readCredentials } from "../registry/credentials.ts"
import { apiPlace } from "../registry/reference.ts"
import { maxPolicyBytes, pullPolicy, pushPolicy } from "./artifact.ts"

export async function main(argv: readonly string[]): Promise<void> {
  const text = { type: "string", default: "" } as const
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...{ registry: text, repository: text, digest: text, file: text, out: text },
      tag: { type: "string" },
      insecure: { type: "boolean", default: false },
      user: { type: "string" },
      "password-file": { type: "string" },
    },
  })
  const { insecure, user, "password-file": passwordFile, digest, file, tag } = values
  const place = apiPlace(values)
  const access = await readCredentials(user, passwordFile)
  const client = new RegistryClient(place.registry, {
    insecure,
    // Of a policy and what describes it: an artifact of another kind is not read to its end.
    maxBytes: 2 * maxPolicyBytes,
    // CI gives an empty token to the code of a fork: it reads what anybody may read.
    ...(access.credentials?.password === "" ? {} : access),
  })
  const write = (answer: Answers["policyPush"] | Answers["policyPull"]) =>
    writeFile(join(values.out, "answer.json"), `${JSON.stringify(answer)}\n`)
  const [command = ""] = positionals
  if (command === "push") {
    const before = tag === undefined ? undefined : await client.resolveAny({ ...place, reference: tag })
    return write({
      digest: await pushPolicy(client, place, await readFile(file), tag),
      before: before ?? null,
    })
  }
  if (command === "pull") return write({ text: await pullPolicy(client, place, parseDigest(digest)) })
  throw new SignalboxError("USAGE", { what: `unknown policy command: ${command}` })
}

// Every file below src/ is imported when the module is loaded as a Dagger module.
if (import.meta.main) await runMain(main)
