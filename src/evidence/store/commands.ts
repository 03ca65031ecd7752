import { readFile } from "node:fs/promises"
import { join } from "node:path"
import pLimit from "p-limit"
import type { Answers } from "../answers.ts"
import { assertWhole } from "../verify-record.ts"
import { assertClaimStands, claimSchema, claimVersion, withdrawClaim } from "./claims.ts"
import type { CommandOptions, OpenStore } from "./options.ts"
import { attachSigned, signingKey, signStatements } from "./signed-put.ts"
import { readTree, writeTree } from "./tree.ts"

const parallelEntries = 6

/** The commands of the evidence store program, by name. */
export const commands = {
  get: async ({ store }: OpenStore, { kind, key, out, whole }: CommandOptions): Promise<Answers["get"]> => {
    const found = await store.get(kind, key)
    if (whole && found !== undefined) assertWhole(found.files, found.stored.reference)
    await writeTree(join(out, "files"), found?.files ?? new Map())
    return found === undefined ? { found: false } : { found: true, ...found.stored }
  },
  all: async ({ store }: OpenStore, { kind, key, out }: CommandOptions): Promise<Answers["keys"]> => {
    const keys = await store.keys(kind, key)
    await writeTree(join(out, "files"), new Map())
    await pLimit(parallelEntries).map(keys, async (one) =>
      writeTree(join(out, "files", one), (await store.get(kind, one))?.files ?? new Map()),
    )
    return { keys: [...keys] }
  },
  keys: async ({ store }: OpenStore, { kind, key }: CommandOptions): Promise<Answers["keys"]> => ({
    keys: [...(await store.keys(kind, key))],
  }),
  put: async (open: OpenStore, options: CommandOptions): Promise<Answers["put"]> => {
    const { kind, key, in: from, out, claim } = options
    const files = await signStatements(await readTree(from), options)
    // Before the record: a call that ends in between is repeated, and then finds no record.
    await attachSigned(open, files)
    if (claim !== "") await assertClaimStands(open.store, key, claim)
    const stored = await open.store.put(kind, key, files)
    // The same files that `get` would return, so that the caller does not have to read them back from the registry.
    await writeTree(join(out, "files"), files)
    return stored
  },
  claim: async ({ store }: OpenStore, { key, in: from }: CommandOptions): Promise<Answers["claim"]> => {
    const claim = claimSchema.parse(JSON.parse(await readFile(join(from, "claim.json"), "utf8")))
    return { others: [...(await claimVersion(store, key, claim))] }
  },
  withdraw: async ({ store }: OpenStore, { key, claim }: CommandOptions): Promise<Answers["withdraw"]> => {
    await withdrawClaim(store, key, claim)
    return { withdrawn: claim }
  },
  key: async (_: OpenStore, options: CommandOptions): Promise<Answers["key"]> => ({
    id: (await signingKey(options)).publicKey.id,
  }),
} as const

type Command = keyof typeof commands

export function isCommand(name: string): name is Command {
  return Object.hasOwn(commands, name)
}
