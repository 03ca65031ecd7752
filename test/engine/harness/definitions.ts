import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Ask } from "./session.ts"

const query = join(import.meta.dirname, "..", "fixtures", "type-definitions.graphql")

interface Declared {
  readonly sourceModuleName: string
}

interface Definition {
  readonly asObject?: Declared
  readonly asEnum?: Declared
  readonly asInterface?: Declared
}

/** What a module declares, as its users see it: types, functions, arguments, defaults, comments and places. */
export async function definitionsOf(ask: Ask, module: string): Promise<readonly unknown[]> {
  const { data, error } = await ask(await readFile(query, "utf8"))
  if (error) throw new Error(error.message)
  const { currentTypeDefs: all } = data as { currentTypeDefs: Definition[] }
  return all.filter(({ asObject, asEnum, asInterface }) =>
    [asObject, asEnum, asInterface].some((type) => type?.sourceModuleName === module),
  )
}
