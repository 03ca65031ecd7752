import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { cacheName, onlyThese, type ToolboxFile, type Trust, toolContainer } from "../../toolbox/index.ts"
import { workdir } from "../language.ts"

/** The file that names every package by its version and content. */
export const lockFile = "package-lock.json"

/** What packages are installed from. */
export const manifestFiles: readonly string[] = ["package.json", lockFile]

/**
 * Packages of a manifest and its lock file. Keyed by those two files alone: no edit of a source installs anything again.
 * npm's download cache belongs to one level of trust.
 * @param tree holds the two; a lock file that is not there is npm's to refuse.
 */
export async function installPackages(
  toolbox: ToolboxFile,
  tree: Directory,
  trust: Trust,
  { production = false }: { readonly production?: boolean } = {},
): Promise<Container> {
  const downloads = "/root/.npm"
  const omitted = production ? ["--omit=dev"] : []
  return toolContainer(toolbox, "node")
    .withWorkdir(workdir)
    .withDirectory(workdir, await onlyThese(tree, manifestFiles))
    .withMountedCache(downloads, dag.cacheVolume(cacheName("npm", trust)))
    .withExec(["npm", "ci", ...omitted, "--no-audit", "--no-fund", "--no-update-notifier"])
    .withoutMount(downloads)
}

/** From here on npm explains its command, which hides what is wrong. */
const usage = /^npm error (Clean install a project|Usage:)$/

/** What npm says first of a failed `npm ci`: the rest of a long list is of one kind. Null: it did not explain itself. */
export function npmReason(said: readonly string[]): readonly string[] | null {
  const end = said.findIndex((line) => usage.test(line))
  return end < 0 ? null : said.slice(0, end).filter((line) => /^npm error +\S/.test(line))
}
