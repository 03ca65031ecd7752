import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { StepContext } from "../steps/index.ts"
import { fromDirectory, fromPath, type TarEntry } from "./oci/index.ts"
import type { Content, User } from "./recipe.ts"
import { collect, debianStepId, isLeftOut, packagesOf, systemOf } from "./rootfs/index.ts"

/** The files that a recipe's content stands for. */
export interface Contents {
  readonly entries: readonly TarEntry[]
  /** Debian packages that they come from. */
  readonly packages: Readonly<Record<string, string>>
}

/** Resolves a recipe's content from the outputs of the steps that it names; later content overrides earlier. */
export async function contentEntries(content: readonly Content[], ctx: StepContext): Promise<Contents> {
  const parts: Contents[] = []
  for (const part of content) parts.push(await resolve(part, ctx))
  return {
    entries: parts.flatMap((part) => part.entries),
    packages: Object.fromEntries(parts.flatMap((part) => Object.entries(part.packages)).sort()),
  }
}

const root = { uid: 0, gid: 0 }
const plain = (entries: readonly TarEntry[]): Contents => ({ entries, packages: {} })

async function resolve(content: Content, ctx: StepContext): Promise<Contents> {
  if ("debian" in content) {
    const output = ctx.output(debianStepId(content.debian))
    const entries = await fromDirectory(systemOf(output), { skip: isLeftOut })
    return { entries, packages: await packagesOf(output) }
  }
  if ("collect" in content) {
    const system = systemOf(ctx.output(debianStepId(content.from)))
    const exec = (command: string, args: readonly string[]) => ctx.exec(command, args)
    return renamed(await collect(content.collect, { system, exec }), content.as ?? {})
  }
  if ("step" in content) return plain(await fromStep(content, ctx))
  if ("addUsers" in content)
    return plain(await addUsers(content.addUsers, systemOf(ctx.output(debianStepId(content.to)))))
  if ("users" in content) return plain(onlyUsers(content.users))
  if ("symlink" in content) {
    return plain([{ type: "symlink", path: content.symlink, target: content.target, mode: 0o777 }])
  }
  if ("path" in content) {
    const bytes =
      "text" in content ? Buffer.from(content.text) : await readFile(join(ctx.root, content.copyOf))
    return plain([{ type: "file", path: content.path, mode: content.mode ?? 0o644, bytes }])
  }
  const owner = content.owner ?? 0
  return plain([
    { type: "directory", path: content.directory, mode: content.mode ?? 0o755, uid: owner, gid: owner },
  ])
}

/** @throws when a path is renamed that was not collected. */
export function renamed({ entries, packages }: Contents, as: Readonly<Record<string, string>>): Contents {
  for (const path of Object.keys(as))
    if (!entries.some((entry) => entry.path === path)) throw new Error(`${path} was not collected`)
  return { entries: entries.map((entry) => ({ ...entry, path: as[entry.path] ?? entry.path })), packages }
}

async function fromStep(content: Extract<Content, { step: string }>, ctx: StepContext): Promise<TarEntry[]> {
  const output = ctx.output(content.step)
  if ("file" in content) {
    const entry = await fromPath(join(output, content.file), content.to)
    return [{ ...entry, ...root, mode: content.mode ?? entry.mode }]
  }
  const inside = await fromDirectory(join(output, content.directory), { to: content.to, owner: root })
  // The rights that some umask gave to files on this machine are no part of an image.
  return inside.map((entry) => (entry.type === "symlink" ? entry : { ...entry, mode: plainMode(entry) }))
}

const plainMode = (entry: TarEntry): number =>
  entry.type === "directory" || (entry.mode & 0o100) !== 0 ? 0o755 : 0o644

const nobody: User = { name: "nobody", id: 65534, home: "/nonexistent" }

const passwdLine = ({ name, id, home }: User): string =>
  `${name}:x:${id}:${id}:${name}:${home}:/usr/sbin/nologin\n`
const groupLine = ({ name, id }: User): string => `${name}:x:${id}:\n`

const etcFile = (name: string, text: string): TarEntry => ({
  type: "file",
  path: `etc/${name}`,
  mode: 0o644,
  bytes: Buffer.from(text),
})

function onlyUsers(users: readonly User[]): TarEntry[] {
  const all = [...users, nobody]
  return [
    etcFile("passwd", `root:x:0:0:root:/root:/usr/sbin/nologin\n${all.map(passwdLine).join("")}`),
    etcFile("group", `root:x:0:\n${all.map(groupLine).join("")}`),
    // Names of hosts: /etc/hosts first, as everywhere.
    etcFile("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
  ]
}

async function addUsers(users: readonly User[], system: string): Promise<TarEntry[]> {
  const passwd = await readFile(join(system, "etc/passwd"), "utf8")
  const group = await readFile(join(system, "etc/group"), "utf8")
  return [
    etcFile("passwd", passwd + users.map(passwdLine).join("")),
    etcFile("group", group + users.map(groupLine).join("")),
  ]
}
