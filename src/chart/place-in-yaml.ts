/** A line of block YAML: columns of its dashes and of what follows them, and its key where it has one. */
const form = /^(\s*)((?:- )*)(?:("[^"]*"|[^\s:#"][^:#"]*):(?:\s|$))?/

interface Line {
  readonly column: number
  /** Column of the first dash, where an item of a list begins here. */
  readonly item: number | null
  readonly key: string | null
}

/**
 * The path of keys that a line of a YAML document is nested under, with the names of list items:
 * `spec.template.spec.containers[web]`. Empty at the top level. For display: it is derived from the lines shown.
 */
export function placeIn(lines: readonly string[], index: number): string {
  let place = ""
  let column = lineOf(lines[index] ?? "").column
  for (let at = index; at >= 0 && column > 0; at--) {
    if (lines[at]?.trim() === "") continue
    const { column: own, item, key } = lineOf(lines[at] ?? "")
    if (own < column && key !== null) {
      place = `${key}${place === "" || place.startsWith("[") ? "" : "."}${place}`
      column = own
    }
    if (item !== null && item < column && own <= column) {
      place = `[${nameOf(lines, at, item, own)}]${place === "" || place.startsWith("[") ? "" : "."}${place}`
      column = item
    }
  }
  return place
}

function lineOf(line: string): Line {
  const [, indent = "", dashes = "", key] = form.exec(line) ?? []
  return {
    column: indent.length + dashes.length,
    item: dashes === "" ? null : indent.length,
    key: key ?? null,
  }
}

/** The `name` of a list item (`name: web`); empty where it has none. */
function nameOf(lines: readonly string[], from: number, item: number, column: number): string {
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? ""
    const { column: own, item: dash } = lineOf(line)
    if (at > from && own <= item + (dash === null ? 0 : 2) && line.trim() !== "") break
    const [, name] = own === column ? (/^\s*(?:- )?name: (.{1,63})$/.exec(line) ?? []) : []
    if (name !== undefined) return name
  }
  return ""
}
