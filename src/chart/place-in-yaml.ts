/** A line of block YAML: columns of its dashes and of what follows them, and its key where it has one. */
const form = /^(\s*)((?:- )*)(?:("[^"]*"|[^\s:#"][^:#"]*):(?:\s|$))?/

interface Line {
  readonly column: number
  /** Column of the first dash, where an item of a list begins here. */
  readonly item: number | null
  readonly key: string | null
}

/**
 * The keys that a line of a YAML document stands below, with the names of list items: `spec.template.spec.containers[web]`.
 * Empty for what stands at the top. It is for people, and read from the lines that they see.
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

/** What an item of a list calls itself (`name: web`); empty where it has no name. */
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
