import type { Severity } from "../../domain/index.ts"
import type { Item } from "./items.ts"

/** One thing that is wrong, before it is a finding. */
export interface Wrong {
  readonly rule: string
  readonly severity: Severity
  readonly item: Item
  readonly line: number
  readonly message: string
  /** What tells it from others of the same item. */
  readonly about: string
}

/** Keys of each kind besides its name: userspace/engine/rule_json_schema.h and rule_loader_reader.cpp of falcosecurity/falco. */
const keysOf = {
  rule: [
    ...[
      "condition",
      "desc",
      "output",
      "priority",
      "source",
      "enabled",
      "tags",
      "exceptions",
      "append",
      "override",
    ],
    ...["warn_evttypes", "skip-if-unknown-filter"],
    ...["capture", "capture_duration", "capture_events", "capture_filesize"],
  ],
  macro: ["condition", "append", "override"],
  list: ["items", "append", "override"],
} as const satisfies Readonly<Record<Item["kind"], readonly string[]>>

const needed = {
  rule: ["condition", "desc", "output", "priority"],
  macro: ["condition"],
  list: ["items"],
} as const satisfies Readonly<Record<Item["kind"], readonly string[]>>

const priorities = [
  ...["emergency", "alert", "critical", "error", "warning", "notice", "info", "informational", "debug"],
]

const texts = ["condition", "desc", "output", "priority", "source"]
const switches = ["enabled", "append", "warn_evttypes", "skip-if-unknown-filter", "capture"]

/** What a rule may have appended; any other key is replaced. */
const appendable: readonly string[] = ["condition", "output", "desc", "tags", "exceptions"]
const neverReplaced: readonly string[] = ["source", "append", "override"]

const macroName = /^[A-Za-z][A-Za-z0-9_]*$/
const listName = /^[^()"'\s=,]+$/

/** Texts that the reader of Falco (yaml-cpp) takes for true or false, in quotation marks or not. */
const spelled = /^(?:[yY]|[nN]|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/
const isBoolean = (value: unknown): boolean =>
  typeof value === "boolean" || (typeof value === "string" && spelled.test(value))

export const isAppended = (item: Item): boolean => {
  const value = item.keys.get("append")?.value
  return value === true || (typeof value === "string" && spelled.test(value) && /^(?:y|t|on$)/i.test(value))
}
export const overrides = (item: Item): Readonly<Record<string, unknown>> => {
  const value = item.keys.get("override")?.value
  return isRecord(value) ? value : {}
}
/** Whether an item changes one that is there already. */
export const changes = (item: Item): boolean =>
  isAppended(item) || item.keys.has("override") || isSwitch(item)

/** A rule of nothing but `enabled`: it switches an earlier one on or off. */
const isSwitch = ({ kind, keys }: Item): boolean =>
  kind === "rule" && !needed.rule.some((key) => keys.has(key))

/** What is wrong with an item by itself. */
export function formOf(item: Item): readonly Wrong[] {
  return [...names(item), ...missing(item), ...values(item), ...overridden(item), ...exceptions(item)]
}

function wrong(item: Item, rule: string, message: string, about: string, severity: Severity = "high"): Wrong {
  const key = item.keys.get(about.split(":")[0] ?? "")
  return { rule, severity, item, message, about, line: key?.line ?? item.line }
}

function names(item: Item): readonly Wrong[] {
  const { kind, name, keys } = item
  const known: readonly string[] = [kind, ...keysOf[kind]]
  const isRight = kind === "rule" || (kind === "macro" ? macroName : listName).test(name)
  return [
    ...(isRight ? [] : [wrong(item, "falco-form", `${JSON.stringify(name)} is no name of a ${kind}`, kind)]),
    ...[...keys.keys()]
      .filter((key) => !known.includes(key))
      .map((key) => wrong(item, "falco-form", `a ${kind} has no key ${key}`, key, "medium")),
  ]
}

function missing(item: Item): readonly Wrong[] {
  const { kind, name, keys } = item
  if (isSwitch(item)) {
    const hasSwitch = keys.has("enabled") || keys.has("override") || isAppended(item)
    return hasSwitch ? [] : [wrong(item, "falco-missing-key", `rule ${name} has no condition`, "condition")]
  }
  if (changes(item)) return []
  return needed[kind]
    .filter((key) => !keys.has(key))
    .map((key) => wrong(item, "falco-missing-key", `${kind} ${name} has no ${key}`, key))
}

function values(item: Item): readonly Wrong[] {
  const { kind, name, keys } = item
  const found: Wrong[] = []
  const bad = (key: string, what: string) =>
    found.push(wrong(item, "falco-form", `${key} of ${kind} ${name} ${what}`, key))
  for (const key of texts) {
    const value = keys.get(key)
    if (value === undefined) continue
    // A year is a text as well, to whoever reads no types.
    const isText = typeof value.value === "string" ? value.value.trim() !== "" : isScalar(value.value)
    if (!isText) bad(key, "is no text")
  }
  for (const key of switches)
    if (keys.has(key) && !isBoolean(keys.get(key)?.value)) bad(key, "is neither true nor false")
  for (const key of ["items", "tags"]) {
    const value = keys.get(key)?.value
    if (value === undefined) continue
    if (!Array.isArray(value) || !value.every(isScalar)) bad(key, "is no list of texts")
  }
  const priority = keys.get("priority")?.value
  if (typeof priority === "string" && !priorities.includes(priority.toLowerCase()))
    found.push(
      wrong(
        item,
        "falco-priority",
        `priority ${priority} of rule ${name} is none of ${priorities.join(", ")}`,
        "priority",
      ),
    )
  if (isAppended(item) && !keys.has("override"))
    found.push(
      wrong(
        item,
        "falco-append",
        `${kind} ${name} has append: true, which Falco calls outdated`,
        "append",
        "info",
      ),
    )
  return found
}

function overridden(item: Item): readonly Wrong[] {
  const { kind, name, keys } = item
  if (!keys.has("override")) return []
  const all = overrides(item)
  const say = (message: string, key: string) => wrong(item, "falco-override", message, `override:${key}`)
  if (Object.keys(all).length === 0) return [say(`override of ${kind} ${name} names no key`, "")]
  if (isAppended(item)) return [say(`${kind} ${name} has append and override`, "")]
  const own: readonly string[] = keysOf[kind]
  const wrongs = Object.entries(all).flatMap(([key, how]) => {
    if (!own.includes(key) || neverReplaced.includes(key))
      return [say(`${key} of a ${kind} cannot be overridden`, key)]
    if (how !== "append" && how !== "replace")
      return [say(`override of ${key} is neither append nor replace`, key)]
    if (how === "append" && kind === "rule" && !appendable.includes(key))
      return [say(`${key} of a rule cannot be appended to: replace`, key)]
    return keys.has(key) ? [] : [say(`override names ${key}, and ${kind} ${name} has none`, key)]
  })
  const unnamed = own.filter((key) => keys.has(key) && !neverReplaced.includes(key) && !(key in all))
  return [
    ...wrongs,
    ...unnamed.map((key) =>
      say(`${key} of ${kind} ${name} stands beside override, which does not name it`, key),
    ),
  ]
}

function exceptions(item: Item): readonly Wrong[] {
  const { name, keys } = item
  const value = keys.get("exceptions")?.value
  if (value === undefined || value === null) return []
  const say = (message: string, about: string) =>
    wrong(item, "falco-exception", message, `exceptions:${about}`)
  if (!Array.isArray(value)) return [say(`exceptions of rule ${name} are no list`, "")]
  const isNew = !changes(item)
  const seen = new Set<string>()
  return value.flatMap((one: unknown, index) => {
    if (!isRecord(one) || typeof one.name !== "string")
      return [say(`exception ${index + 1} of rule ${name} has no name`, String(index))]
    const own = one.name
    const twice = seen.has(own)
      ? [say(`exception ${own} of rule ${name} stands there twice`, `${own} twice`)]
      : []
    seen.add(own)
    const lacks =
      isNew && one.fields === undefined
        ? [say(`exception ${own} of rule ${name} has no fields`, `${own} fields`)]
        : []
    const isList = one.values === undefined || one.values === null || Array.isArray(one.values)
    return [
      ...twice,
      ...lacks,
      ...(isList ? lengths(one, own) : [say(`values of exception ${own} are no list`, `${own} values`)]),
    ]
  })

  /** Each tuple of values has one for each field. */
  function lengths(
    { fields, values: all }: Readonly<Record<string, unknown>>,
    own: string,
  ): readonly Wrong[] {
    if (!Array.isArray(fields) || !Array.isArray(all)) return []
    const short = all.findIndex((tuple) => !Array.isArray(tuple) || tuple.length !== fields.length)
    return short < 0
      ? []
      : [
          say(
            `value ${short + 1} of exception ${own} is not one for each of ${fields.length} fields`,
            `${own} ${short}`,
          ),
        ]
  }
}

/** Falco reads each of them as the text that stands there. */
const isScalar = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value)

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
