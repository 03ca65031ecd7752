import type { Directory } from "@dagger.io/dagger"
import { SignalboxError } from "../src/domain/index.ts"
import { toolContainer } from "../src/toolbox/index.ts"
import type { Session } from "./session.ts"

/** What git says about the commit that a release is made of. */
export interface SourceFacts {
  readonly commit: string
  readonly tree: string
  readonly tag?: string
  /** Whether the commit is on the protected branch, as far as the repository knows it. */
  readonly onProtectedBranch: boolean
}

/** Reads facts of one revision; every argument is data, the script is constant. */
const factsScript = `set -eu
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
git() { command git --git-dir=/repository/.git "$@"; }
if [ "$(git rev-parse --is-shallow-repository)" = true ]; then echo shallow; exit 0; fi
commit=$(git rev-parse --verify --quiet "$1^{commit}") || { echo unknown; exit 0; }
on=no
for branch in "refs/heads/$2" "refs/remotes/origin/$2"; do
  git rev-parse --verify --quiet "$branch" >/dev/null || continue
  if git merge-base --is-ancestor "$commit" "$branch"; then on=yes; fi
done
echo "$commit $(git rev-parse --verify "$1^{tree}") $on"
`

/**
 * Facts about HEAD, or about a tag.
 * @throws USAGE without a repository or for an unknown tag, SHALLOW_CLONE when history is cut off.
 */
export async function sourceFacts(session: Session, tag?: string): Promise<SourceFacts> {
  const { protectedBranch } = await session.config()
  const revision = tag === undefined ? "HEAD" : `refs/tags/${tag}`
  const answer = await toolContainer(await session.toolbox(), "gitleaks")
    .withUser("root")
    .withMountedDirectory("/repository", await repository(session))
    .withNewFile("/facts.sh", factsScript)
    .withExec(["sh", "/facts.sh", revision, protectedBranch])
    .stdout()
  const [commit = "", tree = "", on = ""] = answer.trim().split(" ")
  if (commit === "shallow")
    throw new SignalboxError("SHALLOW_CLONE", {
      what: "the repository is a shallow clone",
      why: "history, tags and the protected branch cannot be judged",
      next: "fetch everything: git fetch --unshallow --tags (in CI: fetch-depth 0)",
    })
  if (commit === "unknown" || tree === "")
    throw new SignalboxError("USAGE", {
      what: `the repository has no ${revision}`,
      next: "create and fetch the tag first: git fetch --tags",
    })
  return { commit, tree, onProtectedBranch: on === "yes", ...(tag === undefined ? {} : { tag }) }
}

/** The source tree of a commit, exactly as git has it. */
export async function treeOf(session: Session, commit: string): Promise<Directory> {
  return (await repository(session)).asGit().commit(commit).tree({ discardGitDir: true })
}

/** The directory that holds `.git`. @throws USAGE when there is none. */
export async function repository(session: Session): Promise<Directory> {
  const { git } = session.inputs
  if (git !== undefined && (await git.entries()).length > 0) return git
  throw new SignalboxError("USAGE", {
    what: "this call needs the git repository",
    why: "a release is made of a commit, and history is part of what is judged",
    next: "call with --git DIRECTORY, the directory that holds .git",
  })
}
