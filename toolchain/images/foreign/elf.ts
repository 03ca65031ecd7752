/** What a program or library is linked to, by its own headers: it is for a processor that this machine does not have. */

interface Links {
  /** Path of the loader that starts it; undefined for a library, and for a static program. */
  readonly interpreter: string | undefined
  /** Names of libraries, as the loader looks for them. */
  readonly needed: readonly string[]
}

const segment = { load: 1, dynamic: 2, interpreter: 3 } as const
const tag = { end: 0, needed: 1, strings: 5, rpath: 15, runpath: 29 } as const

interface Segment {
  readonly type: number
  readonly offset: number
  readonly address: number
  readonly size: number
}

/** @throws where it is no ELF file of 64 bits, or names directories of its own in which libraries are looked for */
export function linksOf(bytes: Buffer): Links {
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46) throw new Error("it is no ELF file")
  if (bytes[4] !== 2 || bytes[5] !== 1) throw new Error("it is no little-endian ELF file of 64 bits")
  const segments = segmentsIn(bytes)
  const interpreter = segments.find(({ type }) => type === segment.interpreter)
  return {
    interpreter: interpreter && textAt(bytes, interpreter.offset),
    needed: neededIn(bytes, segments),
  }
}

function segmentsIn(bytes: Buffer): readonly Segment[] {
  const [start, size, count] = [
    Number(bytes.readBigUInt64LE(32)),
    bytes.readUInt16LE(54),
    bytes.readUInt16LE(56),
  ]
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size
    const number = (offset: number) => Number(bytes.readBigUInt64LE(at + offset))
    return { type: bytes.readUInt32LE(at), offset: number(8), address: number(16), size: number(32) }
  })
}

function neededIn(bytes: Buffer, segments: readonly Segment[]): readonly string[] {
  const dynamic = segments.find(({ type }) => type === segment.dynamic)
  if (dynamic === undefined) return []
  const entries: { readonly kind: number; readonly value: number }[] = []
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16) {
    const kind = Number(bytes.readBigInt64LE(at))
    if (kind === tag.end) break
    entries.push({ kind, value: Number(bytes.readBigUInt64LE(at + 8)) })
  }
  if (entries.some(({ kind }) => kind === tag.rpath || kind === tag.runpath))
    throw new Error("it names directories of its own for libraries, which are not looked at")
  const strings = entries.find(({ kind }) => kind === tag.strings)
  const table = strings === undefined ? undefined : placeOf(strings.value, segments)
  return entries.flatMap(({ kind, value }) => {
    if (kind !== tag.needed) return []
    if (table === undefined) throw new Error("its table of names is not in the file")
    return [textAt(bytes, table + value)]
  })
}

/** Where an address of the running program lies in the file. */
function placeOf(address: number, segments: readonly Segment[]): number | undefined {
  const holding = segments.find(
    (one) => one.type === segment.load && address >= one.address && address < one.address + one.size,
  )
  return holding && address - holding.address + holding.offset
}

function textAt(bytes: Buffer, at: number): string {
  return bytes.toString("latin1", at, bytes.indexOf(0, at))
}
