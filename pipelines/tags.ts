import { isTagOf, SignalboxError, type Version } from "../src/domain/index.ts"

/** Lines that git prints over the clone. @throws when git fails */
export type GitLines = (args: readonly string[]) => Promise<readonly string[]>

/** A tag of the clone: its short name, and the object that it names, a commit or an annotation. */
interface Tag {
  readonly name: string
  readonly object: string
}

/**
 * The object of a tag by its exact name. A revision is no name: for `refs/tags/v1.2.3+x-gCOMMIT` git gives the commit, and
 * for `refs/tags/v1.2.3` a branch that is called so, although nobody has pushed such a tag.
 * @throws USAGE
 */
export async function tagObject(git: GitLines, tag: string): Promise<string> {
  const found = (await tagsLike(git, `refs/tags/${tag}`)).find(({ name }) => name === tag)
  if (found !== undefined) return found.object
  throw new SignalboxError("USAGE", {
    what: `the repository has no tag ${JSON.stringify(tag)}`,
    next: "create the tag, or fetch it: git fetch --tags",
  })
}

/**
 * Refuses to publish a version from one commit where the clone has a tag of that version on another one: with `v1.2.3` and
 * `1.2.3`, whichever is released first would be what everybody takes for the other.
 * @throws RECORD_CONFLICT
 */
export async function assertTagsAgree(git: GitLines, version: Version, commit: string): Promise<void> {
  const named = (await tagsLike(git, "refs/tags")).filter(({ name }) => isTagOf(name, version))
  const commits = await Promise.all(
    named.map(async ({ name, object }) => {
      const [of = "no commit"] = await git(["rev-list", "--no-walk", object])
      return { name, of }
    }),
  )
  const other = commits.find(({ of }) => of !== commit)
  if (other === undefined) return
  throw new SignalboxError("RECORD_CONFLICT", {
    what: `the tag ${other.name} of version ${version} names another commit`,
    where: `refs/tags/${other.name}`,
    why: `it is of ${other.of}, asked for ${commit}`,
    next: "delete the tag that is wrong, also where it was pushed to, or cut a new version",
  })
}

/** Git takes the name for a prefix and a pattern: the names that it finds are compared again. */
async function tagsLike(git: GitLines, pattern: string): Promise<readonly Tag[]> {
  const lines = await git(["for-each-ref", "--format=%(refname) %(objectname)", pattern])
  return lines.flatMap((line) => {
    const [, name, object] = /^refs\/tags\/(\S+) ([0-9a-f]+)$/.exec(line) ?? []
    return name === undefined || object === undefined ? [] : [{ name, object }]
  })
}
