import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { cacheName, onlyThese, type ToolboxFile, type Trust, toolContainer } from "../../toolbox/index.ts"
import { workdir } from "../language.ts"

/** The file that names every package by its version and content. */
export const lockFile = "package-lock.json"

/** The files that packages are installed from. */
export const manifestFiles: readonly string[] = ["package.json", lockFile]

/**
 * Installs the packages of a lock file. Cached by manifest and lock file alone: changed sources install nothing again.
 * npm's download cache belongs to one level of trust.
 * @param tree contains the two; npm refuses a missing lock file.
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

/** The first line of npm's help, which npm prints after an error and which hides it. */
const usage = /^npm error (Clean install a project|Usage:)$/

/** npm's error lines of a failed `npm ci`, without the help after them. Null: npm printed no help. */
export function npmReason(lines: readonly string[]): readonly string[] | null {
  const end = lines.findIndex((line) => usage.test(line))
  return end < 0 ? null : lines.slice(0, end).filter((line) => /^npm error +\S/.test(line))
}
