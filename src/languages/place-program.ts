/**
 * `node place-program.ts PROGRAM PLATFORM NAME USER BASE OUT`
 *
 * Puts a static program where its image has it, OUT/app/NAME, beside /etc/passwd and /etc/group of BASE with an entry for
 * the user. Refuses a program that could not run there: one for another processor, or one that asks for a loader or
 * libraries, as nothing else is in the image. Its header is read; nothing is executed, so that any platform can be built.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { problemOf, readElf } from "./elf.ts"

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
