/** Edits (insert, delete, replace, swap of neighbours) that turn one text into the other. */
function distance(from, to) {
  const rows = [Array.from({ length: to.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1]
      let best = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (same ? 0 : 1))
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        best = Math.min(best, rows[i - 2][j - 2] + 1)
      row.push(best)
    }
    rows.push(row)
  }
  return rows[from.length][to.length]
}

/**
 * The name that was most likely meant, by the rule of the module's own messages (src/domain/nearest.ts, which cannot be
 * loaded here: a unit test compares the two).
 */
export function nearest(seen, names) {
  const wanted = seen.slice(0, 64).toLowerCase()
  let found
  let best = Number.POSITIVE_INFINITY
  for (const name of names) {
    const candidate = name.toLowerCase()
    const limit = wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3))
    const prefix = wanted.length >= 3 && (candidate.startsWith(wanted) || wanted.startsWith(candidate))
    const edits = distance(wanted, candidate)
    if ((edits <= limit || prefix) && edits < best) {
      best = edits
      found = name
    }
  }
  return found
}
