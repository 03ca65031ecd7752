import { type Document, parse, type Tags } from "yaml"

/**
 * Uses of anchors, also of nested ones, that a document may have: a values file repeats its defaults a hundred times,
 * and a document that multiplies itself ("billion laughs") passes this within a few levels.
 */
export const mostAliases = 10_000

/** A document's value. @throws ReferenceError for an alias without an anchor, or more of them than `mostAliases`. */
export function documentValue(document: Pick<Document, "toJS">): unknown {
  return document.toJS({ maxAliasCount: mostAliases })
}

/** The same; null where its aliases cannot be resolved: such a text is no settings file, and no definition. */
export function valueOrNull(document: Pick<Document, "toJS">): unknown {
  try {
    return documentValue(document)
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    return null
  }
}

/** A document's value as Kubernetes parses it: YAML 1.1 without base 60 numbers and timestamps. */
export function asKubernetesReads(text: string): unknown {
  return parse(text, {
    version: "1.1",
    merge: true,
    logLevel: "error",
    maxAliasCount: mostAliases,
    customTags: (tags: Tags) => tags.filter((tag) => !isTime(tag)),
  })
}

function isTime(tag: Tags[number]): boolean {
  return typeof tag !== "string" && (tag.tag === "tag:yaml.org,2002:timestamp" || tag.format === "TIME")
}

/** Booleans (`yes`, `off`), octal (`0440`) and binary numbers, and digits with `_`, which YAML 1.2 reads otherwise. */
const words =
  /(?:^|[\s:,[{-])(?:y|n|yes|no|on|off|[-+]?0[0-9_]+|[-+]?0b[01_]+|[-+]?[0-9.]+_[0-9._]*)(?=[\s,\]}]|$)/im

/** Whether YAML 1.1 and 1.2 may read a text in two ways. True for too many rather than for too few. */
export function readsTwoWays(text: string): boolean {
  return words.test(text)
}
