import { existsSync, readdirSync, readFileSync, rmdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

const mounted = "/sys/fs/cgroup"

/**
 * Directories of a group in every hierarchy: one with control groups version 2, one for each controller with
 * version 1.
 */
export function groupDirectories(group: string, root: string = mounted): readonly string[] {
  const roots = existsSync(join(root, "cgroup.controllers"))
    ? [root]
    : readdirSync(root).map((name) => join(root, name))
  return roots.map((hierarchy) => join(hierarchy, group)).filter((directory) => existsSync(directory))
}

/** Every process in a group and the groups below it. */
export function processesIn(directories: readonly string[]): readonly number[] {
  const found = directories
    .flatMap((directory) => withChildren(directory))
    .flatMap((group) => readPids(group))
  return [...new Set(found)]
}

/** Kills every process of a group and removes it, with the groups below it and a parent that is empty now. */
export async function removeGroup(group: string, root: string = mounted): Promise<void> {
  const deadline = Date.now() + 10_000
  for (;;) {
    const directories = groupDirectories(group, root)
    const pids = processesIn(directories)
    for (const pid of pids) kill(pid)
    if (pids.length === 0 && directories.every((directory) => removeTree(directory))) break
    if (Date.now() > deadline)
      throw new Error(`control group ${group} still has processes: ${pids.join(" ")}`)
    await sleep(20)
  }
  for (const directory of groupDirectories(dirname(group), root)) removeIfEmpty(directory)
}

function withChildren(directory: string): readonly string[] {
  const children = subdirectories(directory).flatMap((child) => withChildren(child))
  return [...children, directory]
}

function subdirectories(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(directory, entry.name))
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

function readPids(directory: string): readonly number[] {
  try {
    return readFileSync(join(directory, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number)
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

/** Children come before their parents. False: a group is still busy for a moment after its last process ended. */
function removeTree(directory: string): boolean {
  return withChildren(directory)
    .map((group) => removeIfEmpty(group))
    .every(Boolean)
}

function removeIfEmpty(directory: string): boolean {
  try {
    rmdirSync(directory)
    return true
  } catch (error) {
    if (isGone(error)) return true
    if (codeOf(error) === "EBUSY" || codeOf(error) === "ENOTEMPTY") return false
    throw error
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch (error) {
    if (codeOf(error) !== "ESRCH") throw error
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code
const isGone = (error: unknown): boolean => codeOf(error) === "ENOENT" || codeOf(error) === "ENODEV"
