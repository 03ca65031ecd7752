/**
 * A text in parts that gitleaks reads at once. It reads files of more than 100,000 bytes in chunks, and does not find what lies
 * across the end of one.
 */

/** Below the size of one chunk. */
const most = 96_000
/** Part of a text that two parts have in common: a private key has to fit in. */
const overlap = 16_000
/** How far from its end a part is cut, to cut between two lines or words. */
const reach = 8_000

export interface Part {
  readonly bytes: Buffer
  /** Lines of the text before the part. */
  readonly linesBefore: number
}

/** All of a text in parts, each but the first beginning at a line or, in a long one, between two words. */
export function partsOf(text: Buffer): readonly Part[] {
  const parts: Part[] = []
  let [begin, linesBefore] = [0, 0]
  for (;;) {
    const end = begin + most >= text.length ? text.length : cutBefore(text, begin + most)
    parts.push({ bytes: text.subarray(begin, end), linesBefore })
    if (end === text.length) return parts
    const next = cutBefore(text, end - overlap)
    for (; begin < next; begin += 1) if (text[begin] === 0x0a) linesBefore += 1
  }
}

/** The last place before an end at which no word is cut; the end itself where there is none near. */
function cutBefore(text: Buffer, end: number): number {
  const near = Math.max(0, end - reach)
  const line = text.lastIndexOf(0x0a, end - 1)
  if (line >= near) return line + 1
  for (let at = end; at > near; at -= 1) if (isBetween(text[at - 1])) return at
  return end
}

/** Blanks, quotes, commas, semicolons and angle brackets are in no token. */
function isBetween(byte: number | undefined): boolean {
  return byte !== undefined && " \t\r\"'`,;<>".includes(String.fromCharCode(byte))
}
