import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { libraryRoot } from "./repository.ts"

const run = promisify(execFile)

/**
 * Locks a project by the uv that builds use. Its lock files name the place of every package, at whichever index this machine
 * takes packages from: none is kept in the repository.
 */
export async function uvLock(project: string): Promise<void> {
  const place = await mkdtemp(join(tmpdir(), "signalbox-uv-"))
  try {
    const list = await readFile(join(libraryRoot, "src/languages/python/installers/uv.txt"), "utf8")
    const uv = /^uv==\S+/.exec(list)?.[0]
    if (uv === undefined) throw new Error("installers/uv.txt does not begin with uv")
    await run("python3", ["-m", "venv", place])
    const options = { env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: "1" }, maxBuffer: 16 << 20 }
    await run(join(place, "bin/python"), ["-m", "pip", "install", "--quiet", uv], options)
    await run(join(place, "bin/uv"), ["lock", "--project", project], options)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}
