/**
 * `node place-program.ts PROGRAM PLATFORM NAME USER BASE OUT`
 *
 * Puts a static program where its image has it, OUT/app/NAME, beside /etc/passwd and /etc/group of BASE with an entry for
 * the user. Refuses a program that could not run there: one for another processor, or one that asks for a loader or
 * libraries, as nothing else is in the image. Its header is read; nothing is executed, so that any platform can be built.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** What the header of a program says. */
export interface ElfFacts {
  /** `x86-64`; `machine 40` for one without a name here. */
  readonly machine: string
  /** Path of the loader that starts it: a static program needs none. */
  readonly interpreter: string | null
}

/** e_machine of the ELF specification. */
const machines: Readonly<Record<number, string>> = { 62: "x86-64", 183: "AArch64" }

const machineOf: Readonly<Record<string, string>> = { "linux/amd64": "x86-64", "linux/arm64": "AArch64" }

/** Type of the entry of the program header that names the loader. */
const interpreterType = 3

/** @throws where it is no program for Linux with 64 bits */
export function readElf(bytes: Buffer): ElfFacts {
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46) throw new Error("it is no ELF file")
  if (bytes[4] !== 2 || bytes[5] !== 1) throw new Error("it is no little-endian program of 64 bits")
  const type = bytes.readUInt16LE(16)
  if (type !== 2 && type !== 3) throw new Error(`it is no program (ELF type ${type})`)
  const [offset, size, count] = [
    Number(bytes.readBigUInt64LE(32)),
    bytes.readUInt16LE(54),
    bytes.readUInt16LE(56),
  ]
  const machine = bytes.readUInt16LE(18)
  return {
    machine: machines[machine] ?? `machine ${machine}`,
    interpreter: interpreterIn(bytes, { offset, size, count }),
  }
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
  const wanted = machineOf[platform]
  if (wanted === undefined) return `nothing is known of the platform ${platform}`
  if (machine !== wanted) return `it is for ${machine}, and the image for ${platform} (${wanted})`
  return interpreter === null
    ? null
    : `it is not static: it is started by ${interpreter}, which the image does not have`
}

/** A file of users or groups with an entry for an id; the same text where it has one. */
export function withEntry(text: string, id: number, entry: string): string {
  const isThere = text.split("\n").some((line) => line.split(":")[2] === String(id))
  if (isThere) return text
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${entry}\n`
}

function place([program, platform, name, user, base, out]: readonly string[]): void {
  if (program === undefined || platform === undefined || name === undefined || user === undefined)
    throw new Error("usage: place-program.ts PROGRAM PLATFORM NAME USER BASE OUT")
  if (base === undefined || out === undefined) throw new Error("usage: place-program.ts … BASE OUT")
  const problem = problemOf(readElf(readFileSync(program)), platform)
  if (problem !== null) throw new Error(problem)
  for (const directory of ["app", "etc"]) mkdirSync(join(out, directory), { recursive: true })
  copyFileSync(program, join(out, "app", name))
  chmodSync(join(out, "app", name), 0o755)
  const id = Number(user)
  const textOf = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : "")
  const passwd = withEntry(
    textOf(join(base, "etc", "passwd")),
    id,
    `app:x:${id}:${id}:app:/app:/sbin/nologin`,
  )
  writeFileSync(join(out, "etc", "passwd"), passwd)
  writeFileSync(join(out, "etc", "group"), withEntry(textOf(join(base, "etc", "group")), id, `app:x:${id}:`))
}

if (import.meta.main) {
  try {
    place(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(
      `the program cannot be put into its image: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    process.exit(1)
  }
}
