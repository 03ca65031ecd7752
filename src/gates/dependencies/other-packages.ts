type Entry = Readonly<Record<string, unknown>>

const isEntry = (value: unknown): value is Entry => typeof value === "object" && value !== null
const entriesOf = (value: unknown): readonly (readonly [string, Entry])[] =>
  isEntry(value)
    ? Object.entries(value).flatMap(([key, one]) => (isEntry(one) ? [[key, one] as const] : []))
    : []
const word = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined

/** A package that npm takes from a tarball of another version: npm installs what `resolved` names, the scanner looks `version` up. */
export function otherNpmTarball(lock: unknown): string | undefined {
  if (!isEntry(lock)) return undefined
  return first(entriesOf(lock.packages), npmPackage) ?? first(entriesOf(lock.dependencies), npmDependency)
}

function npmPackage(path: string, entry: Entry): string | undefined {
  if (path === "") return undefined
  const [name = path] = /(?:@[^/]+\/)?[^/]+$/.exec(path) ?? []
  return otherTarball(word(entry.name) ?? name, word(entry.version), word(entry.resolved))
}

/** As lock files of npm 6 have them: of another name, the version says both. */
function npmDependency(key: string, entry: Entry): string | undefined {
  const version = word(entry.version)
  const [, name = key, own = version] = /^npm:(.+)@([^@]+)$/.exec(version ?? "") ?? []
  return otherTarball(name, own, word(entry.resolved)) ?? first(entriesOf(entry.dependencies), npmDependency)
}

function first(
  entries: readonly (readonly [string, Entry])[],
  check: (key: string, entry: Entry) => string | undefined,
): string | undefined {
  for (const [key, entry] of entries) {
    const found = check(key, entry)
    if (found !== undefined) return found
  }
  return undefined
}

/** Registries call a tarball `…/NAME/-/NAME-VERSION.tgz`; what comes from elsewhere has no such name. */
function otherTarball(
  name: string,
  version: string | undefined,
  address: string | undefined,
): string | undefined {
  const [, file] = /\/-\/(?:.*\/)?([^/]+)\.tgz$/.exec(decoded(address ?? "").replace(/[?#].*$/s, "")) ?? []
  if (file === undefined || version === undefined) return undefined
  const last = name.slice(name.lastIndexOf("/") + 1)
  // What stands behind a plus is no part of a version to a registry.
  return file === `${last}-${version}` || file === `${last}-${version.replace(/\+.*$/, "")}`
    ? undefined
    : `it says that ${name} is ${version}, and has it taken from ${file}.tgz`
}

function decoded(address: string): string {
  return address.replaceAll(/%([0-7][0-9a-f])/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** yarn 1 installs what `resolved` names as well. */
export function otherYarnTarball(text: string): string | undefined {
  for (const block of text.split(/\r?\n(?=\S)/)) {
    const [, name] = /^"?((?:@[^/@\s]+\/)?[^@\s"]+)@/.exec(block) ?? []
    const [, real = name] = /^"?[^\s]*?@npm:((?:@[^/@\s]+\/)?[^@\s",:]+)@/.exec(block) ?? []
    const [, version] = /^ {2}version "([^"]*)"/m.exec(block) ?? []
    const [, resolved] = /^ {2}resolved "([^"]*)"/m.exec(block) ?? []
    const found = real === undefined ? undefined : otherTarball(real, version, resolved)
    if (found !== undefined) return found
  }
  return undefined
}

/** pnpm installs what the key of an entry names; the scanner believes the entry's own fields more than its key. */
export function otherPnpmPackage(lock: unknown): string | undefined {
  return isEntry(lock) ? first(entriesOf(lock.packages), pnpmPackage) : undefined
}

function pnpmPackage(key: string, entry: Entry): string | undefined {
  const { name, version } = pnpmKey(key)
  const [ownName, ownVersion] = [word(entry.name), word(entry.version)]
  if (name !== undefined && ownName !== undefined && ownName !== name)
    return `the fields of its package ${key} call it ${ownName}`
  if (version !== undefined && ownVersion !== undefined && ownVersion !== version)
    return `the fields of its package ${key} say that it is ${ownVersion}`
  const tarball = isEntry(entry.resolution) ? word(entry.resolution.tarball) : undefined
  const address = tarball ?? (/https?:.*$/.exec(key) ?? [])[0]
  return otherTarball(ownName ?? name ?? "", ownVersion ?? version, address)
}

/** `name@1.0.0`, with peers behind it in brackets; until version 6 with a slash before it, until 5 `/name/1.0.0_peers`. */
function pnpmKey(key: string): { readonly name?: string; readonly version?: string } {
  const [, name, , version] =
    /^\/?((?:@[^/@]+\/)?[^/@]+)(@|\/)(\d[^(_/]*)(?:[(_].*)?$/.exec(key) ??
    /^((?:@[^/@]+\/)?[^/@:]+)@(?=\D)/.exec(key) ??
    []
  return { ...(name === undefined ? {} : { name }), ...(version === undefined ? {} : { version }) }
}
