import type { File } from "@dagger.io/dagger"
import { gitRead } from "../../toolbox/index.ts"
import type { GateContext } from "../gate.ts"
import type { OwnHistory } from "./history.ts"

/** A ref whose content no history has. */
export interface UnsearchedRef {
  readonly file: string
  readonly why: string
}

/** What refs have beside the commits that they lead to. */
export interface RefContents {
  /** The messages of annotated tags; null without one. */
  readonly messages: File | null
  readonly unsearched: readonly UnsearchedRef[]
}

/** Types and names alone: what a command prints is in the CLI's log. */
const listing = "--format=%(objecttype) %(*objecttype) %(refname)"

/** Tags with a message, and refs that lead to no commit, of all refs of a clone. */
export async function refContents(
  context: GateContext,
  { repository }: Pick<OwnHistory, "repository">,
): Promise<RefContents> {
  const list = gitRead(context.toolbox, repository, ["for-each-ref", listing], "refs").file("/answers/refs")
  const { tags, unsearched } = refsIn(await list.contents())
  if (tags.length === 0) return { messages: null, unsearched }
  const shown = gitRead(context.toolbox, repository, tagArguments("/answers/tags", tags), "printed")
  return { messages: shown.file("/answers/tags"), unsearched }
}

/**
 * What has git write the messages of tags. It writes the file itself, as it does the history. Of a merge, which most released
 * commits are, it would show a combined diff even where no patch is asked for, and that it writes to no file.
 */
export function tagArguments(output: string, tags: readonly string[]): readonly string[] {
  const messages = ["--no-patch", "--diff-merges=off", "--format=", "--no-color", "--no-mailmap"]
  return ["show", ...messages, `--output=${output}`, ...tags, "--"]
}

/** Only tags of commits are shown: of another object, `git show` would print the content. */
export function refsIn(text: string): {
  readonly tags: readonly string[]
  readonly unsearched: readonly UnsearchedRef[]
} {
  const refs = text.split("\n").flatMap((line) => {
    const [, type, target = "", name] = /^(\w+) (\w*) (refs\/\S+)$/.exec(line) ?? []
    return type === undefined || name === undefined ? [] : [{ type, target, name }]
  })
  return {
    tags: refs.filter(({ type, target }) => type === "tag" && target === "commit").map(({ name }) => name),
    unsearched: refs.flatMap(({ type, target, name }) => {
      const what = type === "tag" ? target : type
      return what === "commit" ? [] : [{ file: name, why: `it leads to a ${what}` }]
    }),
  }
}
