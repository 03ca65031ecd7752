/** Versions as Maven orders them, as far as versions of Java and Maven need it: numbers, and a qualifier that counts as less. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)]
  for (let index = 0; index < Math.max(left.numbers.length, right.numbers.length); index += 1) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0)
    if (difference !== 0) return difference
  }
  return Number(left.isFinal) - Number(right.isFinal)
}

function partsOf(version: string): { readonly numbers: readonly number[]; readonly isFinal: boolean } {
  const [, numbers = "", rest = ""] = /^([\d._]*)(.*)$/.exec(version.trim()) ?? []
  const isFinal = !/(?:alpha|beta|rc|milestone|snapshot|\bm\d)/i.test(rest)
  return { numbers: numbers.split(/[._]/).filter(Boolean).map(Number), isFinal }
}

/** The number that a version of Java is known by: 17 of 17.0.15, 8 of 1.8.0_402 and of 1.8. */
export function javaNumber(version: string): number | undefined {
  const [, first, second] = /^(\d+)(?:\.(\d+))?/.exec(version.trim()) ?? []
  if (first === undefined) return undefined
  return first === "1" && second !== undefined ? Number(second) : Number(first)
}

/**
 * Whether a version is in a range of Maven's (`[17,18)`, `(,21]`, `[11,)`, `17` for 17 and above; several with commas between).
 * Undefined where the text is no range.
 */
export function isInRange(version: string, range: string): boolean | undefined {
  const text = range.replaceAll(/\s/g, "")
  if (/^[\d._]+$/.test(text)) return compareVersions(version, text) >= 0
  if (!/^[[(][^[\]()]*[\])](?:,[[(][^[\]()]*[\])])*$/.test(text)) return undefined
  return [...text.matchAll(/([[(])([^[\]()]*)([\])])/g)].some(([, open, inside = "", close]) => {
    const [low = "", high] = inside.split(",")
    // One version in brackets is exactly that one, and 17 has no other that is called so.
    if (high === undefined) return version === low || version.startsWith(`${low}.`)
    const above = low === "" || compareVersions(version, low) >= (open === "[" ? 0 : Number.MIN_VALUE)
    const below = high === "" || compareVersions(version, high) <= (close === "]" ? 0 : -Number.MIN_VALUE)
    return above && below
  })
}
