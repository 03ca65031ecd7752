import { type Directory, dag } from "@dagger.io/dagger"
import { cloneFacts, ignoredPaths, isCheckoutOf } from "../domain/index.ts"
import { gitRead, onlyThese, pathsNotIgnored, type ToolboxFile, withoutPaths } from "../toolbox/index.ts"
import type { Inputs } from "./session.ts"

/**
 * The source of a call: a commit's tree, or the working tree without what git ignores. A laptop's private and generated
 * files would otherwise be judged and built, and CI, which does not have them, would come to another result. A file that is
 * committed is source, whatever `.gitignore` says. Without the source's own repository the tree is taken as it is: which
 * ignored files are committed is not known then, and one that is must be judged.
 */
export async function ownSource(
  { source, git, revision }: Inputs,
  toolbox: () => Promise<ToolboxFile>,
): Promise<Directory> {
  if (revision !== undefined || git === undefined) return source
  const [all, entries] = await Promise.all([source.glob("**"), git.entries()])
  const hasRules = all.some((path) => path === ".gitignore" || path.endsWith("/.gitignore"))
  if (!hasRules || !entries.includes(".git/")) return source
  const notIgnored = await pathsNotIgnored(source)
  if (all.length === notIgnored.length) return source
  const committed = await indexedFiles(git.directory(".git"), await toolbox())
  if (committed.length === 0 || !isCheckoutOf(committed, all)) return source
  return withoutPaths(source, ignoredPaths(all, notIgnored, committed))
}

/** The files of git's index: what is committed, or will be with the next commit. Empty without an index. */
async function indexedFiles(git: Directory, toolbox: ToolboxFile): Promise<readonly string[]> {
  const names = await git.entries()
  const index = names.filter((name) => name === "index" || name.startsWith("sharedindex."))
  if (!index.includes("index") || toolbox.tools.gitleaks === undefined) return []
  const config = names.includes("config") ? await git.file("config").contents() : ""
  const repository = dag.directory().withDirectory(
    ".git",
    (await onlyThese(git, index))
      .withNewFile("HEAD", "ref: refs/heads/main\n")
      .withNewFile("config", cloneFacts({ names, config, borrows: false }).config)
      .withNewDirectory("refs")
      .withNewDirectory("objects"),
  )
  const listed = await gitRead(toolbox, repository, ["ls-files", "-z"], "files")
    .file("/answers/files")
    .contents()
  return listed.split("\0").filter((name) => name !== "")
}
