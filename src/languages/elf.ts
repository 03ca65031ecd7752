/**
 * Headers of programs, read by hand: it runs in a container that has Node and nothing else, and executes nothing of what it reads.
 */

/** The processor that an ELF file is for. */
export interface ElfTarget {
  /** `x86-64`; `machine 40` for one without a name here. */
  readonly machine: string
  readonly bits: number
  readonly littleEndian: boolean
}

/** What the header of a program says. */
export interface ElfFacts {
  readonly machine: string
  /** Path of the loader that starts it: a static program needs none. */
  readonly interpreter: string | null
}

/** e_machine of the ELF specification. */
const machines: Readonly<Record<number, string>> = { 62: "x86-64", 183: "AArch64" }

const machineOf: Readonly<Record<string, string>> = { "linux/amd64": "x86-64", "linux/arm64": "AArch64" }

/** As many bytes of a file as tell what it is for. */
export const identityBytes = 20

/** Whether a file says that it is one for a processor: its first four bytes do. */
export function isElf(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32BE(0) === 0x7f454c46
}

/** What an ELF file is for, by its first bytes; null for another file, and for one that ends within them. */
export function elfTarget(bytes: Buffer): ElfTarget | null {
  if (!isElf(bytes) || bytes.length < identityBytes) return null
  const littleEndian = bytes[5] === 1
  const machine = littleEndian ? bytes.readUInt16LE(18) : bytes.readUInt16BE(18)
  return {
    machine: machines[machine] ?? `machine ${machine}`,
    bits: bytes[4] === 2 ? 64 : 32,
    littleEndian,
  }
}

/** Why an ELF file does not belong into an image for a platform; null where it does. */
export function foreignTo({ machine, bits, littleEndian }: ElfTarget, platform: string): string | null {
  const wanted = machineOf[platform]
  if (wanted === undefined) return `nothing is known of the platform ${platform}`
  if (machine !== wanted) return `it is for ${machine}, and the image for ${platform} (${wanted})`
  return bits === 64 && littleEndian
    ? null
    : `it has ${bits} bits, ${littleEndian ? "little" : "big"}-endian, and the image for ${platform} 64, little-endian`
}

/** Type of the entry of the program header that names the loader. */
const interpreterType = 3

/** @throws where it is no program for Linux with 64 bits */
export function readElf(bytes: Buffer): ElfFacts {
  const target = bytes.length < 64 ? null : elfTarget(bytes)
  if (target === null) throw new Error("it is no ELF file")
  const { machine, bits, littleEndian } = target
  if (bits !== 64 || !littleEndian) throw new Error("it is no little-endian program of 64 bits")
  const type = bytes.readUInt16LE(16)
  if (type !== 2 && type !== 3) throw new Error(`it is no program (ELF type ${type})`)
  const [offset, size, count] = [
    Number(bytes.readBigUInt64LE(32)),
    bytes.readUInt16LE(54),
    bytes.readUInt16LE(56),
  ]
  return { machine, interpreter: interpreterIn(bytes, { offset, size, count }) }
}

interface Table {
  readonly offset: number
  readonly size: number
  readonly count: number
}

function interpreterIn(bytes: Buffer, { offset, size, count }: Table): string | null {
  if (count === 0 || offset + size * count > bytes.length) throw new Error("its program header is cut off")
  for (let index = 0; index < count; index++) {
    const at = offset + index * size
    if (bytes.readUInt32LE(at) !== interpreterType) continue
    const start = Number(bytes.readBigUInt64LE(at + 8))
    const length = Number(bytes.readBigUInt64LE(at + 32))
    return bytes.toString("latin1", start, start + length).replace(/\0.*$/s, "")
  }
  return null
}

/** Why a program cannot run in an image for a platform that has nothing else; null where it can. */
export function problemOf({ machine, interpreter }: ElfFacts, platform: string): string | null {
  const foreign = foreignTo({ machine, bits: 64, littleEndian: true }, platform)
  if (foreign !== null || interpreter === null) return foreign
  return `it is not static: it is started by ${interpreter}, which the image does not have`
}
