/**
 * A key that an object of a JSON text has twice: of two, JSON.parse keeps the last one alone, so that two findings may look like one.
 * Undefined where there is none. The text has been parsed before.
 */
export function repeatedKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  let before = ""
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === "{") open.push(new Set())
    else if (token === "[") open.push(undefined)
    else if (token === "}" || token === "]") open.pop()
    else if (token === ":") {
      const keys = open.at(-1)
      if (keys?.has(before) === true) return before
      keys?.add(before)
    }
    before = token
  }
  return undefined
}
