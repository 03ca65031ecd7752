import type { Directory } from "@dagger.io/dagger"
import { SignalboxError, submodulePaths } from "../domain/index.ts"
import { program, type ToolboxFile, toolContainer } from "../toolbox/index.ts"

/** The part of a source that a component is built from, and how a message names it. */
export interface ComponentSource {
  readonly name: string
  /** The component's directory. */
  readonly path: string
  readonly source: Directory
  readonly toolbox: ToolboxFile
}

/**
 * Checks that a component's directory has its content, and not the names of content that is somewhere else: Git LFS
 * pointers and submodules that were not fetched would be built into the image as they are.
 * @throws SOURCE_INCOMPLETE
 */
export async function assertComplete(request: ComponentSource): Promise<void> {
  await Promise.all([assertSubmodules(request), assertNoPointers(request)])
}

async function assertSubmodules({ name, path, source }: ComponentSource): Promise<void> {
  if (!(await source.exists(".gitmodules"))) return
  const named = submodulePaths(await source.file(".gitmodules").contents())
  const own = named.filter((one) => isBelow(one, path) || isBelow(path, one))
  const absent = await Promise.all(own.map(async (one) => ((await isEmpty(source, one)) ? [one] : [])))
  const missing = absent.flat()
  if (missing.length === 0) return
  throw new SignalboxError("SOURCE_INCOMPLETE", {
    what: `submodules of ${name} are empty: ${shown(missing)}`,
    where: ".gitmodules",
    why: "a commit has only the names of other repositories' commits, and so has a release that is built from it",
    next: "fetch them: git submodule update --init (in CI: submodules: true); for a release, commit the files themselves",
  })
}

async function isEmpty(source: Directory, path: string): Promise<boolean> {
  return !(await source.exists(path)) || (await source.directory(path).entries()).length === 0
}

async function assertNoPointers({ name, path, source, toolbox }: ComponentSource): Promise<void> {
  if (!(await usesLfs(source))) return
  const output = await toolContainer(toolbox, "node")
    .withFile("/signalbox/pointers.ts", program("src/build/pointers.ts"))
    .withMountedDirectory("/source", source.directory(path))
    .withExec(["node", "/signalbox/pointers.ts", "/source"])
    .stdout()
  const pointers: readonly string[] = JSON.parse(output)
  if (pointers.length === 0) return
  throw new SignalboxError("SOURCE_INCOMPLETE", {
    what: `files of ${name} are Git LFS pointers: ${shown(pointers)}`,
    where: path,
    why: "the image would have the pointers instead of the files",
    next: "fetch the files: git lfs pull (in CI: lfs: true at the checkout); a release takes them from .git/lfs as well",
  })
}

/** Whether a `.gitattributes` names Git LFS: no other tree is searched. */
async function usesLfs(source: Directory): Promise<boolean> {
  const files = await source.glob("**/.gitattributes")
  const texts = await Promise.all(files.map((file) => source.file(file).contents()))
  return texts.some((text) => /\bfilter=lfs\b/.test(text))
}

function isBelow(path: string, directory: string): boolean {
  const clean = (text: string) => text.split("/").filter((name) => name !== "" && name !== ".")
  return clean(directory).every((name, index) => clean(path)[index] === name)
}

function shown(paths: readonly string[]): string {
  const first = paths.slice(0, 5).join(", ")
  return paths.length > 5 ? `${first} and ${paths.length - 5} more` : first
}
