import { existsSync } from "node:fs"
import { cp, readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Workspace } from "../harness/index.ts"
import { libraryRoot } from "./repository.ts"

/**
 * Copies this library's module into a workspace: exactly what its dagger.json includes.
 * @param to directory in the workspace
 * @returns absolute path of the copy
 */
export async function copyOwnModule(here: Workspace, to: string): Promise<string> {
  const config = JSON.parse(await readFile(join(libraryRoot, "dagger.json"), "utf8")) as { include: string[] }
  const included = config.include.filter(
    (name) => !name.startsWith("!") && existsSync(join(libraryRoot, name)),
  )
  for (const name of included)
    await cp(join(libraryRoot, name), join(here.path, to, name), { recursive: true })
  return join(here.path, to)
}
