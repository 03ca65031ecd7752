import type { ToolFinding } from "../../domain/index.ts"
import { readCondition } from "./condition.ts"
import { changes, formOf, type Wrong } from "./form.ts"
import { type Item, itemsOf, type Unreadable } from "./items.ts"
import type { FalcoSettings } from "./settings.ts"

/** Files of rules, in the order in which Falco reads them. */
export type RulesText = readonly { readonly file: string; readonly text: string }[]

export interface Judged {
  readonly findings: readonly ToolFinding[]
  /** Number of items that define something. */
  readonly rules: number
  readonly macros: number
  readonly lists: number
  /** Number of items that change one that is there before. */
  readonly changed: number
}

/** Conditions of more characters are not read: nobody writes them by hand. */
const longest = 65_536

type Known = FalcoSettings["known"]

/** Everything that Falco would refuse to load of the files, and what it would read in another way than it looks. */
export function judgeRules(files: RulesText, known: Known): Judged {
  const read = files.map(({ file, text }) => itemsOf(file, text))
  const items = read.flatMap((one) => one.items)
  const names = namesOf(items, known)
  const wrongs = [
    ...items.flatMap(formOf),
    ...items.flatMap((item) => conditionOf(item, names)),
    ...definitions(items, known),
  ]
  const count = (kind: Item["kind"]) => items.filter((one) => one.kind === kind && !changes(one)).length
  return {
    findings: [
      ...read.flatMap(({ unreadable }) => unreadable.map(unreadableFinding)),
      ...wrongs.map(findingOf),
    ],
    ...{
      rules: count("rule"),
      macros: count("macro"),
      lists: count("list"),
      changed: items.filter(changes).length,
    },
  }
}

type Names = Readonly<Record<"macro" | "list", ReadonlySet<string>>>

function namesOf(items: readonly Item[], { macros, lists }: Known): Names {
  const of = (kind: Item["kind"]) => items.filter((one) => one.kind === kind).map(({ name }) => name)
  return { macro: new Set([...of("macro"), ...macros]), list: new Set([...of("list"), ...lists]) }
}

function conditionOf(item: Item, names: Names): readonly Wrong[] {
  const key = item.keys.get("condition")
  if (key?.text === undefined || key.text.trim() === "") return []
  const { kind, name } = item
  const place = { item, line: key.line }
  if (key.text.length > longest)
    return [
      wrong(
        place,
        "falco-condition",
        `the condition of ${kind} ${name} is longer than ${longest} characters, and was not read`,
        "length",
      ),
    ]
  // What is appended begins with the operator by which it is joined.
  const appended = changes(item) ? key.text.replace(/^\s*(?:and|or)(?=[\s(])/i, "") : key.text
  const read = readCondition(appended)
  if ("wrong" in read)
    return [
      wrong(
        place,
        "falco-condition",
        `the condition of ${kind} ${name} cannot be read: ${read.wrong}`,
        read.wrong,
      ),
    ]
  const unknown = read.used.filter((one) => !names[one.kind].has(one.name))
  const once = [...new Map(unknown.map((one) => [`${one.kind} ${one.name}`, one])).values()]
  return once.map((one) =>
    wrong(
      place,
      "falco-undefined",
      `${kind} ${name} uses ${one.kind} ${one.name}, which no file defines`,
      `${one.kind} ${one.name}`,
    ),
  )
}

function wrong(place: Pick<Wrong, "item" | "line">, rule: string, message: string, about: string): Wrong {
  return { ...place, rule, severity: "high", message, about }
}

/** What is defined twice, and what changes something that was not there before it. */
function definitions(items: readonly Item[], known: Known): readonly Wrong[] {
  const before = new Map<string, Item | null>()
  const keyOf = (kind: string, name: string) => `${kind} ${name}`
  for (const name of known.rules) before.set(keyOf("rule", name), null)
  for (const name of known.macros) before.set(keyOf("macro", name), null)
  for (const name of known.lists) before.set(keyOf("list", name), null)
  return items.flatMap((item): readonly Wrong[] => {
    const { kind, name, line } = item
    const key = keyOf(kind, name)
    const earlier = before.get(key)
    if (changes(item)) {
      if (before.has(key)) return []
      const message = `${kind} ${name} is changed, and no file before defines it`
      return [{ rule: "falco-override", severity: "high", item, line, message, about: "undefined" }]
    }
    before.set(key, item)
    if (earlier === undefined || earlier === null) return []
    const message = `${kind} ${name} is defined again: what ${earlier.file}:${earlier.line} says is lost`
    return [{ rule: "falco-duplicate", severity: "medium", item, line, message, about: "again" }]
  })
}

function findingOf({ rule, severity, item, line, message, about }: Wrong): ToolFinding {
  const { kind, name, file } = item
  return { rule, severity, message, location: { file, line }, subject: `${kind} ${name}: ${about}` }
}

function unreadableFinding({ file, line, why }: Unreadable): ToolFinding {
  return { rule: "falco-form", severity: "high", message: why, location: { file, line }, subject: why }
}
