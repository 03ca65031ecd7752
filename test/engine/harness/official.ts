import { cp, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { toolchainBinaries } from "./dagger.ts"
import type { Workspace } from "./modules.ts"

/**
 * Puts the official runtime into a workspace and makes its modules use it: the introspector and executor from npm,
 * run on the same engine, so that results of the built-in runtime can be held against theirs.
 */
export async function useOfficialSdk(here: Workspace, modules: readonly string[]): Promise<void> {
  const sdk = await here.fixture("official-sdk")
  await cp(join(await toolchainBinaries(), "codegen"), join(sdk, "codegen"))
  for (const module of modules) {
    const file = join(here.path, module, "dagger.json")
    const config = JSON.parse(await readFile(file, "utf8"))
    await writeFile(file, JSON.stringify({ ...config, sdk: { source: "../official-sdk" } }))
  }
}
