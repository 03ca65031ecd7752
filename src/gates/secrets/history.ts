import { type Directory, dag, type File } from "@dagger.io/dagger"
import {
  type CloneFacts,
  callWith,
  cloneFacts,
  holdsRepository,
  incompleteClone,
  isCheckoutOf,
  SignalboxError,
} from "../../domain/index.ts"
import { gitRead, onlyThese, whyFailed } from "../../toolbox/index.ts"
import type { GateContext } from "../gate.ts"
import { logArguments } from "./scan/patch.ts"

/**
 * The entries of `.git` with commits and refs. Hooks and configuration belong to the clone's owner, not to the history;
 * grafts and alternates would show another one.
 */
const historyOnly = ["HEAD", "packed-refs", "refs", "reftable", "objects"]

/** The history of the source, as git in a container reads it. */
export interface OwnHistory {
  /** Holds `.git`. */
  readonly repository: Directory
  readonly clone: CloneFacts
}

/**
 * The source's own repository with a configuration of ours. That it is the source's own is checked first: without `--git` a
 * module that was fetched from git gets its own clone, which may be shallow.
 * @param revision The commit that is judged.
 * @throws USAGE without a repository, with one that is elsewhere, or with another project's; SHALLOW_CLONE when history
 * is cut off; HISTORY_INCOMPLETE when objects are missing.
 */
export async function ownHistory(context: GateContext, revision: string): Promise<OwnHistory> {
  const git = await gitDirectory(context.git)
  const clone = await cloneFactsOf(git)
  const repository = dag
    .directory()
    .withDirectory(".git", await onlyThese(git, historyOnly))
    .withNewFile(".git/config", clone.config)
  await assertOwnHistory(context, { repository, clone }, revision)
  if (clone.isShallow)
    throw new SignalboxError("SHALLOW_CLONE", {
      what: "the repository is a shallow clone",
      why: "a secret in the part of the history that is missing would not be found",
      next: "fetch everything: git fetch --unshallow --tags (in CI: fetch-depth 0)",
    })
  return { repository, clone }
}

/**
 * What git writes of the history of revisions, complete, or why it could not. A git that prints a warning has left
 * something out: it ends with 0 for a broken ref.
 * @throws HISTORY_INCOMPLETE where the clone itself explains what is missing
 */
export async function patchOf(
  context: GateContext,
  { repository, clone }: OwnHistory,
  revisions: readonly string[],
): Promise<{ readonly patch: File } | { readonly why: string }> {
  // Git writes the file itself: what an exec prints, redirected or not, is in the CLI's log, and so would be every secret.
  const output = "--output=/answers/history.patch"
  const read = [...logArguments, output, ...revisions, "--"]
  const written = gitRead(context.toolbox, repository, read, "printed")
  try {
    const warnings = (await written.stderr()).trim()
    if (warnings !== "") return { why: `git: ${warnings}` }
    return { patch: written.file("/answers/history.patch") }
  } catch (cause) {
    const why = whyFailed(cause)
    throw incompleteClone(clone, why) ?? cause
  }
}

async function gitDirectory(git: Directory | undefined): Promise<Directory> {
  if (git === undefined || !holdsRepository(await git.entries()))
    throw new SignalboxError("USAGE", {
      what: "the gate secrets needs the git repository",
      why: "a secret that was ever committed is public to everybody who has the history",
      next: `name the directory that contains .git: ${callWith("--git .")}; or set gates.secrets.history: false`,
    })
  return git.directory(".git")
}

async function cloneFactsOf(git: Directory): Promise<CloneFacts> {
  const [names, borrows] = await Promise.all([git.entries(), git.exists("objects/info/alternates")])
  const config = names.includes("config") ? await git.file("config").contents() : ""
  return cloneFacts({ names, config, borrows })
}

/**
 * Refuses a repository that is not the source's own: its history would say nothing about what is judged. Git lists the
 * commit alone, so that an edit of the source does not run it again.
 * @throws USAGE, HISTORY_INCOMPLETE
 */
async function assertOwnHistory(
  context: GateContext,
  { repository, clone }: OwnHistory,
  revision: string,
): Promise<void> {
  const list = ["ls-tree", "-r", "-z", "--name-only", revision]
  const listing = gitRead(context.toolbox, repository, list, "committed").file("/answers/committed")
  const [answer, paths] = await Promise.all([
    listing.contents().catch((cause: unknown) => {
      throw unreadable(clone, cause)
    }),
    context.source.glob("**"),
  ])
  const committed = answer.split("\0").filter((name) => name !== "")
  if (isCheckoutOf(committed, paths)) return
  throw new SignalboxError("USAGE", {
    what: "the git repository is not the one of the source tree",
    why: `most of its ${committed.length} files are not in the source`,
    next: `name both of the same checkout: ${callWith("--source . --git .")}`,
  })
}

function unreadable(clone: CloneFacts, cause: unknown): SignalboxError {
  const why = whyFailed(cause)
  const what = "the git repository cannot be read"
  const next = "give the directory that holds .git"
  return incompleteClone(clone, why) ?? new SignalboxError("USAGE", { what, why, next }, { cause })
}
