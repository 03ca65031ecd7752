/**
 * Program: stores evidence in the registry and reads it back. Runs in the runner container on every call.
 *   node store/main.ts get --store FILE --kind KIND --key KEY --out DIR
 *   node store/main.ts put --store FILE --kind KIND --key KEY --in DIR --out DIR
 *   node store/main.ts keys --store FILE --kind KIND --key PREFIX --out DIR
 * Writes the answer to DIR/answer.json and the stored files to DIR/files, and ends with 0, also when `get` finds nothing
 * (the answer says so); or writes DIR/error.json and ends with its exit code.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { parseArgs } from "node:util"
import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import { runMain } from "../../toolbox/program-end.ts"
import type { Answers } from "../answers.ts"
import { RegistryClient } from "../registry/client.ts"
import { RegistryStore } from "./registry-store.ts"
import { type EvidenceKind, type EvidenceStore, evidenceKinds, type Files } from "./store.ts"
import { readTree } from "./tree.ts"

const settingsSchema = z.strictObject({
  registry: z.string(),
  prefix: z.string(),
  insecure: z.boolean(),
  username: z.string().optional(),
  /** File that holds the password or token: a mounted secret. */
  passwordFile: z.string().optional(),
})
export type StoreSettings = z.infer<typeof settingsSchema>

async function openStore(file: string): Promise<EvidenceStore> {
  const settings = settingsSchema.parse(JSON.parse(await readFile(file, "utf8")))
  const { registry, prefix, insecure, username, passwordFile } = settings
  const password = passwordFile === undefined ? undefined : (await readFile(passwordFile, "utf8")).trim()
  const credentials =
    username !== undefined && password !== undefined ? { credentials: { username, password } } : {}
  return new RegistryStore(new RegistryClient(registry, { insecure, ...credentials }), registry, prefix)
}

async function main(argv: readonly string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      store: { type: "string", default: "" },
      kind: { type: "string", default: "" },
      key: { type: "string", default: "" },
      in: { type: "string", default: "" },
      out: { type: "string", default: "" },
    },
  })
  const kind = evidenceKinds.find((name) => name === values.kind)
  const [command] = positionals
  if (kind === undefined || (command !== "get" && command !== "put" && command !== "keys"))
    throw new SignalboxError("USAGE", { what: `unknown evidence command or kind: ${command} ${values.kind}` })
  const store = await openStore(values.store)
  const text = JSON.stringify(await commands[command](store, { ...values, kind }))
  await writeFile(join(values.out, "answer.json"), `${text}\n`)
}

interface CommandOptions {
  readonly kind: EvidenceKind
  readonly key: string
  readonly in: string
  readonly out: string
}

const commands = {
  get: async (store: EvidenceStore, { kind, key, out }: CommandOptions): Promise<Answers["get"]> => {
    const found = await store.get(kind, key)
    await writeTree(join(out, "files"), found?.files ?? new Map())
    return found === undefined ? { found: false } : { found: true, ...found.stored }
  },
  put: async (
    store: EvidenceStore,
    { kind, key, in: from, out }: CommandOptions,
  ): Promise<Answers["put"]> => {
    const files = await readTree(from)
    const stored = await store.put(kind, key, files)
    // The same files that `get` would return, so that the caller does not have to read them back from the registry.
    await writeTree(join(out, "files"), files)
    return stored
  },
  keys: async (store: EvidenceStore, { kind, key }: CommandOptions): Promise<Answers["keys"]> => ({
    keys: [...(await store.keys(kind, key))],
  }),
}

async function writeTree(root: string, files: Files): Promise<void> {
  await mkdir(root, { recursive: true })
  for (const [name, content] of files) {
    const target = join(root, name)
    if (!target.startsWith(`${root}/`))
      throw new SignalboxError("STATE_DAMAGED", { what: `unsafe path ${name}` })
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, content)
  }
}

// Every file below src/ is imported when the module is loaded as a Dagger module.
if (import.meta.main) await runMain(main)
