/**
 * Orders versions as all ecosystems mostly do: numbers by value, a pre-release (`1.0-rc1`) before its release. It only picks, of the versions
 * that advisories call mended, the one to name; what is affected the scanner has decided.
 */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [partsOf(one), partsOf(other)]
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = compareParts(left[at], right[at])
    if (difference !== 0) return difference
  }
  return 0
}

function partsOf(version: string): readonly string[] {
  return (
    version
      .replace(/^v(?=\d)/, "")
      .toLowerCase()
      .match(/\d+|[a-z]+/g) ?? []
  )
}

/** A word stands for a pre-release: it comes before the end, and before any number. */
function compareParts(one: string | undefined, other: string | undefined): number {
  const rank = (part: string | undefined) => (part === undefined ? 1 : /^\d/.test(part) ? 2 : 0)
  if (rank(one) !== rank(other)) {
    // 1.0 is 1.0.0.
    if (rank(one) + rank(other) === 3 && Number(one ?? 0) === Number(other ?? 0)) return 0
    return rank(one) - rank(other)
  }
  if (one === undefined || other === undefined) return 0
  if (rank(one) === 2) return Number(one) - Number(other)
  return one < other ? -1 : one > other ? 1 : 0
}
