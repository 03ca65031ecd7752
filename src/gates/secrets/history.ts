import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { holdsRepository, SignalboxError } from "../../domain/index.ts"
import { onlyThese, toolContainer, whyFailed } from "../../toolbox/index.ts"
import type { GateContext } from "../gate.ts"

/**
 * The entries of `.git` with commits and refs. Hooks and configuration belong to the clone's owner, not to the history.
 */
const historyOnly = ["HEAD", "packed-refs", "refs", "objects"]

const plainConfig = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"

/**
 * The source's own repository with a configuration of ours, checked to be complete. That it is the source's own is
 * checked first: without `--git` a module that was fetched from git gets its own clone, which may be shallow.
 * @throws USAGE without a repository, with one that is elsewhere, or with another project's; SHALLOW_CLONE when history
 * is cut off.
 */
export async function ownHistory(context: GateContext): Promise<Directory> {
  const git = await gitDirectory(context.git)
  const repository = dag
    .directory()
    .withDirectory(".git", await onlyThese(git, historyOnly))
    .withNewFile(".git/config", plainConfig)
  await assertOwnHistory(context, repository)
  await assertWhole(git)
  return repository
}

async function gitDirectory(git: Directory | undefined): Promise<Directory> {
  if (git === undefined || !holdsRepository(await git.entries()))
    throw new SignalboxError("USAGE", {
      what: "the gate secrets needs the git repository",
      why: "a secret that was ever committed is public to everybody who has the history",
      next: "call with --git . (the directory that holds .git), or set gates.secrets.history: false",
    })
  return git.directory(".git")
}

async function assertWhole(git: Directory): Promise<void> {
  if (!(await git.entries()).includes("shallow")) return
  throw new SignalboxError("SHALLOW_CLONE", {
    what: "the repository is a shallow clone",
    why: "a secret in the part of the history that is missing would not be found",
    next: "fetch everything: git fetch --unshallow --tags (in CI: fetch-depth 0)",
  })
}

/** A container with git and gitleaks in which nothing of the host's or the tree's configuration counts. */
export function gitContainer(context: GateContext): Container {
  return toolContainer(context.toolbox, "gitleaks")
    .withUser("0")
    .withEnvVariable("HOME", "/tmp")
    .withEnvVariable("GIT_CONFIG_NOSYSTEM", "1")
    .withEnvVariable("GIT_CONFIG_COUNT", "1")
    .withEnvVariable("GIT_CONFIG_KEY_0", "safe.directory")
    .withEnvVariable("GIT_CONFIG_VALUE_0", "*")
    .withEnvVariable("GIT_TERMINAL_PROMPT", "0")
}

/**
 * Refuses a repository that is not the source's own: its history would say nothing about what is judged. Git lists the
 * commit alone, so that an edit of the source does not run it again. A tool's image may have no shell.
 * @throws USAGE
 */
async function assertOwnHistory(context: GateContext, repository: Directory): Promise<void> {
  const list = ["ls-tree", "-r", "-z", "--name-only", "HEAD"]
  const listing = gitContainer(context)
    .withMountedDirectory("/repository", repository)
    .withDirectory("/answers", dag.directory())
    .withExec(["git", "--git-dir=/repository/.git", ...list], { redirectStdout: "/answers/committed" })
  const [answer, paths] = await Promise.all([
    listing.file("/answers/committed").contents().catch(unreadable),
    context.source.glob("**"),
  ])
  const committed = answer.split("\0").filter((name) => name !== "")
  const present = new Set(paths.map((path) => path.replace(/\/$/, "")))
  const missing = committed.filter((name) => !present.has(name))
  // What a call leaves out of the source (built files, packages) may be committed; most of a tree is not.
  if (missing.length * 2 <= committed.length) return
  throw new SignalboxError("USAGE", {
    what: "the git repository is not the one of the source tree",
    why: `${missing.length} of its ${committed.length} files are not in the source`,
    next: "call with --git . beside --source . (both of the same checkout)",
  })
}

function unreadable(cause: unknown): never {
  throw new SignalboxError(
    "USAGE",
    {
      what: "the git repository cannot be read",
      why: whyFailed(cause),
      next: "give the directory that holds .git",
    },
    { cause },
  )
}
