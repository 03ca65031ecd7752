import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { execute, exitCode, type Release, type StepContext, ToolchainError, takeLock } from "./steps/index.ts"

/**
 * Installs Debian packages that are missing. Recommended packages and services of theirs stay away.
 * @throws ToolchainError `DEBIAN_MISSING` on a system without apt, `DEBIAN_INSTALL` when apt fails
 */
export async function ensureDebianPackages(
  names: readonly string[],
  say: (text: string) => void,
): Promise<void> {
  if ((await missing(names)).length === 0) return
  const release = await aptLock(say)
  try {
    const wanted = await missing(names)
    if (wanted.length === 0) return
    say(`Install Debian packages: ${wanted.join(" ")}`)
    // A killed installation leaves packages that are unpacked and not configured; apt refuses to go on before this.
    await execute("dpkg", ["--configure", "-a"], { env: quietDebian })
    await execute("apt-get", ["update", "-qq"], { env: quietDebian })
    await execute("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...wanted], {
      env: quietDebian,
    })
  } catch (error) {
    throw new ToolchainError(
      "DEBIAN_INSTALL",
      `Debian packages could not be installed: ${error instanceof Error ? error.message : String(error)}`,
      "Check the sources of apt and that no other apt-get runs, then run this again.",
      exitCode.unreachable,
    )
  } finally {
    await release()
  }
}

/** apt gives up at once when another apt runs: ours wait for each other. */
const aptLock = (say: (text: string) => void): Promise<Release> =>
  takeLock("apt", "install Debian packages", (holder) => say(`wait for ${holder}`))

/** Fetches the current version of a Debian package into a directory without installing it. @returns the file */
export async function downloadDebianPackage(
  ctx: StepContext,
  name: string,
  directory: string,
): Promise<string> {
  const release = await aptLock(ctx.log)
  try {
    await ctx.exec("apt-get", ["update", "-qq"], { env: quietDebian })
    await ctx.exec("apt-get", ["download", name], { cwd: directory, env: quietDebian })
  } finally {
    await release()
  }
  const file = (await readdir(directory)).find((entry) => entry.startsWith(`${name}_`))
  if (!file) throw new Error(`apt-get download ${name} left no file`)
  return join(directory, file)
}

/** Environment in which Debian's tools ask no questions. */
export const quietDebian: Readonly<Record<string, string>> = {
  DEBIAN_FRONTEND: "noninteractive",
  LC_ALL: "C.UTF-8",
}

async function missing(names: readonly string[]): Promise<string[]> {
  const text = await readFile("/var/lib/dpkg/status", "utf8").catch(() => {
    throw new ToolchainError(
      "DEBIAN_MISSING",
      "This system has no Debian packages.",
      "Use Debian 12 or later, or the official Dagger CLI and engine.",
      exitCode.usage,
    )
  })
  const installed = installedPackages(text)
  return names.filter((name) => !installed.has(name))
}

/** Names of the packages that are completely installed, from the text of dpkg's status file. */
export function installedPackages(status: string): ReadonlySet<string> {
  const names = status
    .split("\n\n")
    .filter((entry) => /^Status: \S+ ok installed$/m.test(entry))
    .map((entry) => /^Package: (\S+)$/m.exec(entry)?.[1] ?? "")
  return new Set(names)
}
