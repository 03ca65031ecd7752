/** The messages of tags, as `git show` writes them. */
import type { Source } from "./texts-on-disk.ts"

/** The place of a finding in a tag's message. */
export const tagFile = "tag message"

/**
 * One text for each tag of what `git show --no-patch --format=` writes. A message that looks like the beginning of another tag's
 * is searched all the same, under the other name.
 */
export function tagTexts(bytes: Buffer): readonly Source[] {
  const texts = bytes.toString("latin1").split(/^(?=tag \S+\n(?:Tagger: |\n))/m)
  return texts.flatMap((text) => {
    const [, name] = /^tag (\S+)\n/.exec(text) ?? []
    if (name === undefined) return []
    const ref = `refs/tags/${Buffer.from(name, "latin1").toString("utf8")}`
    const commit = { id: ref, date: "", isMerge: false, ref }
    return [{ file: tagFile, commit, hunks: [{ line: 1, lines: [Buffer.from(text, "latin1")] }] }]
  })
}
