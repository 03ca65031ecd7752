import { lstat, mkdir, readlink, rm, symlink } from "node:fs/promises"
import { dirname, join } from "node:path"
import { paths } from "../paths.ts"

/** Where a person's shell finds the CLI. */
export const commandLine = "/usr/local/bin/dagger"

/**
 * Links the CLI into the search path. A `dagger` that is not ours stays where it is: then ours is reached by
 * `_EXPERIMENTAL_DAGGER_CLI_BIN` only.
 * @returns whether `dagger` in a shell is now this build
 */
export async function linkCommandLine(binaries: string): Promise<boolean> {
  const target = join(binaries, "dagger")
  const present = await linkTarget(commandLine)
  if (present === target) return true
  if (present === "foreign") return false
  await rm(commandLine, { force: true })
  await mkdir(dirname(commandLine), { recursive: true })
  await symlink(target, commandLine)
  return true
}

export async function unlinkCommandLine(): Promise<void> {
  if ((await linkTarget(commandLine)) !== "foreign") await rm(commandLine, { force: true })
}

/** What our link points to, undefined when nothing is there, `foreign` when somebody else put it there. */
async function linkTarget(path: string): Promise<string | undefined> {
  const stat = await lstat(path).catch(() => undefined)
  if (!stat) return undefined
  if (!stat.isSymbolicLink()) return "foreign"
  const target = await readlink(path)
  return target.startsWith(`${paths.steps}/`) ? target : "foreign"
}
