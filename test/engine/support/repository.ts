import { execFile } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)

/** This library's repository. */
export const libraryRoot = join(import.meta.dirname, "..", "..", "..")

const identity = {
  GIT_AUTHOR_NAME: "Tester",
  GIT_AUTHOR_EMAIL: "tester@signalbox.invalid",
  GIT_COMMITTER_NAME: "Tester",
  GIT_COMMITTER_EMAIL: "tester@signalbox.invalid",
  // Equal content gives equal commits, so that a second run finds everything cached.
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
}

/** git as somebody without a configuration of their own runs it. */
export async function git(directory: string, ...args: string[]): Promise<string> {
  const options = { env: { ...process.env, ...identity }, maxBuffer: 64 << 20 }
  return (await run("git", ["-C", directory, ...args], options)).stdout.trim()
}

/** Makes a directory a repository with one commit of everything that is not ignored. */
export async function commitAll(directory: string): Promise<void> {
  await git(directory, "init", "--quiet", "--initial-branch", "main")
  await git(directory, "add", "--all")
  await git(directory, "commit", "--quiet", "--message", "feat: begin")
}

/**
 * Pushes main to a remote `origin`, as people's clones have it: its default branch is whose policy counts. The remote lies
 * inside .git, where it goes away with the directory.
 */
export async function pushMain(directory: string): Promise<void> {
  const remotes = await git(directory, "remote")
  if (remotes === "") {
    const bare = join(directory, ".git", "origin.git")
    await git(directory, "init", "--quiet", "--bare", "--initial-branch", "main", bare)
    await git(directory, "remote", "add", "origin", bare)
  }
  await git(directory, "push", "--quiet", "--force", "origin", "main:main")
  await git(directory, "remote", "set-head", "origin", "main")
}

/** A bare repository of this library's files as they are on disk, tagged, as a server has it. */
export interface PublishedLibrary extends AsyncDisposable {
  /** The directory that holds `signalbox.git`. */
  readonly root: string
}

export async function publishLibrary(tag: string): Promise<PublishedLibrary> {
  const root = await mkdtemp(join(tmpdir(), "signalbox-library-"))
  const bare = join(root, "signalbox.git")
  await git(root, "init", "--quiet", "--bare", "--initial-branch", "main", bare)
  const inTree = (...args: string[]) => git(libraryRoot, `--git-dir=${bare}`, "--work-tree=.", ...args)
  await inTree("add", "--all")
  await inTree("commit", "--quiet", "--message", "feat: begin")
  await inTree("tag", tag)
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) }
}
