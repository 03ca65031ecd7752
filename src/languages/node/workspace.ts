import { matchesGlob, posix } from "node:path"
import type { Directory } from "@dagger.io/dagger"
import { parse } from "yaml"
import type { Member } from "./managers/member.ts"
import { packageFileIn } from "./manifest.ts"

/** Whether a directory, relative to the lock file, is a member of its workspace. The last pattern that names it counts. */
export function isMember(path: string, patterns: readonly string[]): boolean {
  if (path === ".") return true
  return patterns.reduce((is, pattern) => {
    const isExclusion = pattern.startsWith("!")
    const plain = pattern
      .replace(/^!/, "")
      .replace(/^\.?\//, "")
      .replace(/\/+$/, "")
    return matchesGlob(path, plain) ? !isExclusion : is
  }, false)
}

/** Patterns in `pnpm-workspace.yaml`: pnpm reads those of package.json as little as others read these. */
export function pnpmPatterns(text: string): readonly string[] {
  const found: unknown = parse(text)
  const packages = typeof found === "object" && found !== null && "packages" in found ? found.packages : []
  return Array.isArray(packages) ? packages.filter((one) => typeof one === "string") : []
}

/** The directories that a lock file covers, its own first. */
export async function membersOf(
  tree: Directory,
  root: Omit<Member, "path">,
  patterns: readonly string[],
  place: string,
): Promise<readonly Member[]> {
  const own: Member = { path: ".", ...root }
  if (patterns.length === 0) return [own]
  const manifests = await tree.glob("**/package.json")
  const paths = manifests
    .filter((file) => !file.split("/").includes("node_modules"))
    .map((file) => posix.dirname(file))
    .filter((path) => path !== "." && isMember(path, patterns))
    .sort()
  const members = await Promise.all(
    paths.map(async (path): Promise<Member> => {
      const file = `${path}/package.json`
      const text = await tree.file(file).contents()
      return { path, ...packageFileIn(text, posix.join(place, file)).member }
    }),
  )
  return [own, ...members]
}

/** Files of a member that lead to others: settings of compilers, bundlers and linters. */
const settings = /^(?:package\.json|.*tsconfig.*\.json|.*\.config\.[cm]?[jt]s|\.[a-z]+rc(?:\..+)?)$/

/** Paths beside a member that its settings name, relative to the lock file: `../shared`, `../../scripts/build.mjs`. */
export async function namedBeside(tree: Directory, member: string): Promise<readonly string[]> {
  const directory = tree.directory(member)
  const names = (await directory.entries()).filter((name) => settings.test(name))
  const texts = await Promise.all(names.map((name) => directory.file(name).contents()))
  return [...new Set(texts.flatMap((text) => placesIn(text, member)))]
}

export function placesIn(text: string, member: string): readonly string[] {
  return [...text.matchAll(/(?<![\w./*-])(?:\.\.\/)+[\w@./-]*/g)]
    .map(([path]) => posix.normalize(posix.join(member, path)).replace(/\/$/, ""))
    .filter((path) => path !== "." && path !== "" && !path.startsWith("..") && path !== member)
}
