import { type Document, parse, type ScalarTag, type Tags } from "yaml"

/**
 * Uses of anchors, also of nested ones, that a document may have: a values file repeats its defaults a hundred times,
 * and a document that multiplies itself ("billion laughs") passes this within a few levels.
 */
export const mostAliases = 10_000

/** A document's value. @throws ReferenceError for an alias without an anchor, or more of them than `mostAliases`. */
export function documentValue(document: Pick<Document, "toJS">): unknown {
  return document.toJS({ maxAliasCount: mostAliases })
}

/**
 * The same; null where its aliases cannot be resolved, or it is nested by the thousands: such a text is no settings file, and
 * no definition.
 */
export function valueOrNull(document: Pick<Document, "toJS">): unknown {
  try {
    return documentValue(document)
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error
    return null
  }
}

/** An octal number of YAML 1.2, which Go's parser of YAML 1.1 takes for a number, too. */
const octal: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+]?0o[0-7]+$/,
  resolve: (text) => Number(text.replace(/^[-+]/, "")) * (text.startsWith("-") ? -1 : 1),
}

/** A document's value as Kubernetes parses it: YAML 1.1 without base 60 numbers and timestamps. */
export function asKubernetesReads(text: string): unknown {
  return parse(text, {
    version: "1.1",
    merge: true,
    logLevel: "error",
    maxAliasCount: mostAliases,
    customTags: (tags: Tags) => [octal, ...tags.filter((tag) => !isTime(tag))],
  })
}

function isTime(tag: Tags[number]): boolean {
  return typeof tag !== "string" && (tag.tag === "tag:yaml.org,2002:timestamp" || tag.format === "TIME")
}

/**
 * Booleans (`yes`, `off`), octal (`0440`) and binary numbers, and digits with `_`, which YAML 1.2 reads otherwise; as keys as
 * well: `on: x` is the key `true`.
 */
const words =
  /(?:^|[\s:,[{-])(?:y|n|yes|no|on|off|[-+]?0[0-9_]+|[-+]?0b[01_]+|[-+]?[0-9.]+_[0-9._]*)(?=[\s,:\]}]|$)/im

/** Whether YAML 1.1 and 1.2 may read a text in two ways. True for too many rather than for too few. */
export function readsTwoWays(text: string): boolean {
  return words.test(text)
}
