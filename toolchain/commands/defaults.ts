import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { paths, repositoryRoot } from "../paths.ts"

const mark = "# Written by the toolchain; not in git. Remove this line to keep your own version.\n"

/**
 * Makes this machine's toolbox file the default of the module's `toolbox` argument, so that plain `dagger call …`
 * works: Dagger reads defaults of constructor arguments from `.env` beside dagger.json. A file of the user's own stays.
 */
export async function writeModuleDefaults(): Promise<void> {
  const file = join(repositoryRoot, ".env")
  const text = `${mark}TOOLBOX=${paths.toolbox}\n`
  const existing = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error
    return undefined
  })
  if (existing === text || (existing !== undefined && !existing.startsWith(mark))) return
  await writeFile(file, text)
}
