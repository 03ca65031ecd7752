import { readdir, readFile, readlink, realpath } from "node:fs/promises"
import { join } from "node:path"
import { fromDirectory, fromPath, type TarEntry } from "../oci/index.ts"
import { stanzas } from "./dpkg.ts"

/** The part of a Debian system that a small image needs. */
export interface Collection {
  /** Programs (absolute paths); the libraries that they are linked to come with them. */
  readonly programs: readonly string[]
  /** Files or whole directories (absolute paths) beside them. */
  readonly files?: readonly string[]
  /** Packages whose files no list of dpkg names, because they are made when the package is installed. */
  readonly packages?: readonly string[]
  /** Packages whose libraries a program outside the system is linked to: `libstdc++6`. */
  readonly libraries?: readonly string[]
}

export interface Collected {
  readonly entries: readonly TarEntry[]
  /** Versions of the packages that the files come from. */
  readonly packages: Readonly<Record<string, string>>
}

export interface CollectOptions {
  readonly system: string
  /** Runs a command and returns its standard output; `chroot` and `ldd` are run by it. */
  readonly exec: (command: string, args: readonly string[]) => Promise<string>
}

/** Top-level links of a merged /usr: programs name their loader by /lib64. */
const mergedUsr = ["bin", "lib", "lib64", "sbin"]

/**
 * Collects files of a system for an image without a distribution. dpkg's paragraph and the licence of each package
 * that a file comes from go along (var/lib/dpkg/status.d), so that scanners and people can tell what is inside.
 */
export async function collect(collection: Collection, options: CollectOptions): Promise<Collected> {
  const { system } = options
  const paths = new Set<string>()
  for (const path of [...collection.programs, ...(collection.files ?? [])]) paths.add(path)
  for (const program of collection.programs) {
    for (const library of await linkedTo(program, options)) paths.add(library)
  }
  const owners = await ownersOf(system)
  for (const name of collection.libraries ?? []) {
    for (const path of owners.files(name)) if (/^\/(usr\/)?lib(64)?\/.*\.so(\.|$)/.test(path)) paths.add(path)
  }
  const entries: TarEntry[] = await Promise.all(mergedUsr.map((name) => fromPath(join(system, name), name)))
  for (const path of paths) entries.push(...(await withTargets(system, path)))
  const status = stanzas(await readFile(join(system, "var/lib/dpkg/status"), "utf8"))
  const packages: Record<string, string> = {}
  const named = [...(collection.packages ?? []), ...entries.flatMap((entry) => owners.of(`/${entry.path}`))]
  for (const name of [...new Set(named)].sort()) {
    const stanza = status.get(name)
    if (!stanza) continue
    packages[name] = stanza.version
    const text = Buffer.from(stanza.text)
    entries.push({ type: "file", path: `var/lib/dpkg/status.d/${name}`, mode: 0o644, bytes: text })
    const licence = `usr/share/doc/${name}/copyright`
    const copyright = await realpath(join(system, licence)).catch(() => undefined)
    if (copyright) entries.push({ ...(await fromPath(copyright, licence)) })
  }
  return { entries, packages }
}

async function linkedTo(program: string, { system, exec }: CollectOptions): Promise<string[]> {
  const said = await exec("chroot", [system, "ldd", program])
  if (said.includes("not found")) throw new Error(`${program} lacks libraries:\n${said}`)
  return said
    .split("\n")
    .map((line) => /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1])
    .filter((path) => path !== undefined)
}

/** A path with the links on its way resolved inside the system: each link and the file itself, once. */
async function withTargets(system: string, path: string): Promise<TarEntry[]> {
  const inside = await insidePath(system, path)
  const entry = await fromPath(join(system, inside), inside)
  if (entry.type === "directory")
    return [entry, ...(await fromDirectory(join(system, inside), { to: inside }))]
  if (entry.type !== "symlink") return [entry]
  const target = entry.target.startsWith("/") ? entry.target : join("/", inside, "..", entry.target)
  return [entry, ...(await withTargets(system, target))]
}

/** `/lib/x` as `usr/lib/x`: the top-level directories of a merged /usr are links. */
async function insidePath(system: string, path: string): Promise<string> {
  const [top = "", ...rest] = path.split("/").filter(Boolean)
  if (!mergedUsr.includes(top)) return [top, ...rest].join("/")
  return [await readlink(join(system, top)), ...rest].join("/")
}

interface Owners {
  /** Packages that installed a path. */
  of(path: string): string[]
  files(name: string): readonly string[]
}

/** Which package installed which path, from dpkg's lists. */
async function ownersOf(system: string): Promise<Owners> {
  const directory = join(system, "var/lib/dpkg/info")
  const owners = new Map<string, string[]>()
  const files = new Map<string, readonly string[]>()
  for (const file of await readdir(directory)) {
    const name = /^([^:]+)(?::[^.]+)?\.list$/.exec(file)?.[1]
    if (!name) continue
    const paths = (await readFile(join(directory, file), "utf8")).split("\n").filter(Boolean)
    files.set(name, paths)
    // Directories belong to many packages and tell nothing; files that end up in an image are what counts.
    for (const path of paths) owners.set(normal(path), [...(owners.get(normal(path)) ?? []), name])
  }
  return {
    of: (path) => {
      const names = owners.get(normal(path)) ?? []
      return names.length === 1 ? names : []
    },
    files: (name) => files.get(name) ?? [],
  }
}

/** Packages list files by either name of a merged /usr. */
const normal = (path: string): string => path.replace(/^\/(bin|sbin|lib|lib64)\//, "/usr/$1/")
