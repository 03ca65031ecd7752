/** One paragraph of dpkg's status file. */
export interface Stanza {
  readonly name: string
  readonly version: string
  /** The paragraph as it stands there. */
  readonly text: string
}

/** The installed packages of a dpkg status file, by name. */
export function stanzas(status: string): ReadonlyMap<string, Stanza> {
  const found = new Map<string, Stanza>()
  for (const text of status.split("\n\n")) {
    const name = /^Package: (\S+)$/m.exec(text)?.[1]
    const version = /^Version: (\S+)$/m.exec(text)?.[1]
    if (name && version && /^Status: \S+ ok installed$/m.test(text)) {
      found.set(name, { name, version, text: `${text.trim()}\n` })
    }
  }
  return found
}

/** Names and versions of the installed packages, sorted by name. */
export function installedVersions(status: string): Record<string, string> {
  const pairs = [...stanzas(status).values()].map(({ name, version }): [string, string] => [name, version])
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** `name=version` words, for an image's label. */
export function packagesLabel(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name}=${version}`)
    .join(" ")
}
