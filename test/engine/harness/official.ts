import { createHash } from "node:crypto"
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { toolchainBinaries } from "./dagger.ts"
import type { Workspace } from "./modules.ts"

const recordings = join(import.meta.dirname, "..", "..", "recorded", "official-runtime")

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

/** Hash of the files below these paths, by name and content. */
export async function contentKey(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256")
  for (const path of paths) {
    const names = path.includes(".") ? [""] : (await readdir(path, { recursive: true })).sort()
    for (const name of names) {
      const file = join(path, name)
      const text = await readFile(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EISDIR") throw error
      })
      if (text) hash.update(`${name}\0${text.length}\0`).update(text)
    }
  }
  return hash.digest("hex")
}

/**
 * What the official runtime said about exactly these inputs. It takes a compiler and half a gigabyte for each call:
 * where a recording of the same inputs is there, it is used; otherwise the runtime is asked and recorded.
 * `SIGNALBOX_OFFICIAL=ask` asks in any case.
 */
export async function officialAnswer<T>(name: string, key: string, ask: () => Promise<T>): Promise<T> {
  const file = join(recordings, `${name}.json`)
  if (process.env.SIGNALBOX_OFFICIAL !== "ask") {
    const text = await readFile(file, "utf8").catch(() => "{}")
    const recorded = JSON.parse(text) as { inputs?: string; answer: T }
    if (recorded.inputs === key) return recorded.answer
  }
  // As a recording has it: without what is undefined.
  const answer = JSON.parse(JSON.stringify(await ask())) as T
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify({ inputs: key, answer }, null, 1)}\n`)
  return answer
}
