/**
 * Program: stores evidence in the registry and reads it back. Runs in the runner container on every call.
 *   node store/main.ts get --store FILE --kind KIND --key KEY --out DIR [--whole]   --whole: as the record names it
 *   node store/main.ts all --store FILE --kind KIND --key PREFIX --out DIR       every entry of a prefix, as files/KEY/…
 *   node store/main.ts keys --store FILE --kind KIND --key PREFIX --out DIR
 *   node store/main.ts put --store FILE --kind KIND --key KEY --in DIR --out DIR [--claim ID] [--sign-key FILE …
 *     … [--sign-password FILE]]      signs what lies in statements/, and attaches it to the images that it is about
 *   node store/main.ts claim --store FILE --kind claims --key VERSION --in DIR --out DIR          claim.json is in DIR
 *   node store/main.ts withdraw --store FILE --kind claims --key VERSION --claim ID --out DIR
 *   node store/main.ts key --store FILE --kind verifications --out DIR --sign-key FILE [--sign-password FILE]   reads it only
 * Writes the answer to DIR/answer.json and the stored files to DIR/files, and ends with 0, also when `get` finds nothing
 * (the answer says so); or writes DIR/error.json and ends with its exit code.
 */
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import { runMain } from "../../toolbox/program-end.ts"
import { RegistryClient } from "../registry/client.ts"
import { readCredentials } from "../registry/credentials.ts"
import { commands, isCommand } from "./commands.ts"
import type { OpenStore } from "./options.ts"
import { RegistryStore } from "./registry-store.ts"
import { evidenceKinds } from "./store.ts"

const settingsSchema = z.strictObject({
  registry: z.string(),
  prefix: z.string(),
  insecure: z.boolean(),
  username: z.string().optional(),
  /** File that holds the password or token: a mounted secret. */
  passwordFile: z.string().optional(),
})
export type StoreSettings = z.infer<typeof settingsSchema>

async function openStore(file: string): Promise<OpenStore> {
  const settings = settingsSchema.parse(JSON.parse(await readFile(file, "utf8")))
  const { registry, prefix, insecure, username, passwordFile } = settings
  const credentials = await readCredentials(username, passwordFile)
  const client = new RegistryClient(registry, { insecure, ...credentials })
  return { registry, client, store: new RegistryStore(client, registry, prefix) }
}

export async function main(argv: readonly string[]): Promise<void> {
  const text = { type: "string", default: "" } as const
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...{ store: text, kind: text, key: text, in: text, out: text, claim: text },
      ...{ "sign-key": text, "sign-password": text, whole: { type: "boolean", default: false } },
    },
  })
  const kind = evidenceKinds.find((name) => name === values.kind)
  const [command = ""] = positionals
  if (kind === undefined || !isCommand(command))
    throw new SignalboxError("USAGE", { what: `unknown evidence command or kind: ${command} ${values.kind}` })
  const { "sign-key": signKey, "sign-password": signPassword, ...options } = values
  const answer = await commands[command](await openStore(values.store), {
    ...options,
    kind,
    signKey,
    signPassword,
  })
  await writeFile(join(values.out, "answer.json"), `${JSON.stringify(answer)}\n`)
}

// Every file below src/ is imported when the module is loaded as a Dagger module.
if (import.meta.main) await runMain(main)
