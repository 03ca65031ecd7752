/**
 * Program: moves evidence between a directory and the store. Runs in the runner container, fresh on every call.
 *   node store/main.ts get --store FILE --kind KIND --key KEY --out DIR     files to DIR/files, answer to DIR/answer.json
 *   node store/main.ts put --store FILE --kind KIND --key KEY --in DIR --out DIR
 *   node store/main.ts keys --store FILE --kind KIND --key PREFIX --out DIR     answer to DIR/answer.json
 * Ends with 0 (also when `get` finds nothing: the answer says so), or with the exit code of the error.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { parseArgs } from "node:util"
import { z } from "zod"
import { asSignalboxError, SignalboxError } from "../../domain/index.ts"
import { RegistryClient } from "../registry/client.ts"
import { RegistryStore } from "./registry-store.ts"
import { type EvidenceStore, evidenceKinds } from "./store.ts"
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

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      store: { type: "string", default: "" },
      kind: { type: "string", default: "" },
      key: { type: "string", default: "" },
      in: { type: "string", default: "" },
      out: { type: "string", default: "" },
    },
  })
  const kind = evidenceKinds.find((one) => one === values.kind)
  const command = positionals[0]
  if (kind === undefined || (command !== "get" && command !== "put" && command !== "keys"))
    throw new SignalboxError("USAGE", { what: `unknown evidence command or kind: ${command} ${values.kind}` })
  const store = await openStore(values.store)
  await mkdir(join(values.out, "files"), { recursive: true })
  if (command === "put") {
    const stored = await store.put(kind, values.key, await readTree(values.in))
    return answer(values.out, { found: true, ...stored })
  }
  if (command === "keys") return answer(values.out, { keys: await store.keys(kind, values.key) })
  const found = await store.get(kind, values.key)
  for (const [name, content] of found?.files ?? []) {
    const target = join(values.out, "files", name)
    if (!target.startsWith(join(values.out, "files")))
      throw new SignalboxError("STATE_DAMAGED", { what: `unsafe path ${name}` })
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, content)
  }
  return answer(values.out, { found: found !== undefined, ...found?.stored })
}

function answer(out: string, value: object): Promise<void> {
  return writeFile(join(out, "answer.json"), `${JSON.stringify(value)}\n`)
}

// Every file below src/ is imported when the module is loaded as a Dagger module.
if (import.meta.main) {
  try {
    await main()
  } catch (thrown) {
    const error = asSignalboxError(thrown)
    process.stderr.write(`${error.message}\n`)
    process.exitCode = error.exitCode
  }
}
