import type { Directory } from "@dagger.io/dagger"
import { SignalboxError } from "../src/domain/index.ts"
import { whyFailed } from "../src/toolbox/index.ts"

/** Id of a commit, whole: SHA-1 or SHA-256. */
export const isCommitId = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)

/**
 * The tree of a commit, or of a ref by its full name, exactly as git has it; undefined where the repository does not have
 * it. Tried twice: the engine's own git was seen to end with 128, without a word, where the next attempt found the commit.
 * @throws TOOL_FAILED where the engine cannot check it out
 */
export async function checkOut(git: Directory, name: string): Promise<Directory | undefined> {
  const tree = () => treeNamed(git, name)
  try {
    return await tree().catch((error: unknown) => (isMissing(error) ? undefined : tree()))
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw new SignalboxError(
      "TOOL_FAILED",
      {
        what: `the engine cannot check out ${isCommitId(name) ? "commit " : ""}${name}`,
        where: "--git",
        why: whyFailed(cause),
        next: "see whether git has it whole: git fsck, git cat-file -t COMMIT; then call again",
      },
      { cause },
    )
  }
}

async function treeNamed(git: Directory, name: string): Promise<Directory | undefined> {
  const repository = git.asGit()
  const whole = { discardGitDir: true }
  if (isCommitId(name)) return repository.commit(name).tree(whole).sync()
  const found = repository.ref(name)
  return isItself(name, await found.ref()) ? found.tree(whole).sync() : undefined
}

/**
 * Whether what the engine has found by a name is of that name: where there is no such ref, it takes a tag or branch that is
 * called so, `refs/tags/origin/main` for `origin/main`, and whoever may push tags would choose the tree.
 */
function isItself(name: string, found: string): boolean {
  if (name === "HEAD") return found === name || found.startsWith("refs/heads/")
  if (!name.endsWith("/HEAD")) return found === name
  // The engine names the branch that a remote's HEAD stands for.
  return found === name || found.startsWith(name.slice(0, -"HEAD".length))
}

/** How the engine (v0.21.7) says that a repository has no such ref, or no such commit. */
const isMissing = (error: unknown): boolean =>
  /does not contain ref|sha fetch unsupported by remote/.test(String(error))
