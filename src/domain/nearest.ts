/** Edits (insert, delete, replace, swap of neighbours) that turn one text into the other. */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1]
      let best = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1))
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        best = Math.min(best, at(beforeLast, j - 2) + 1)
      }
      row.push(best)
    }
    beforeLast = last
    last = row
  }
  return at(last, to.length)
}

/**
 * The name that was most likely meant, or undefined when none is close: at most a third of the letters (at least two
 * for names of four letters or more) may differ, or one name begins with the other.
 */
export function nearest(actual: string, allowed: readonly string[]): string | undefined {
  const wanted = actual.slice(0, 64).toLowerCase()
  let found: string | undefined
  let best = Number.POSITIVE_INFINITY
  for (const name of allowed) {
    const candidate = name.toLowerCase()
    const limit = wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3))
    const prefix = wanted.length >= 3 && (candidate.startsWith(wanted) || wanted.startsWith(candidate))
    const distance = editDistance(wanted, candidate)
    if ((distance <= limit || prefix) && distance < best) {
      best = distance
      found = name
    }
  }
  return found
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
