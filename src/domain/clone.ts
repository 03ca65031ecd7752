import { SignalboxError } from "./errors.ts"

/** What a clone's own files say about it. */
export interface CloneFacts {
  /** Part of the history was never fetched. */
  readonly isShallow: boolean
  /** Objects are fetched when they are needed (`git clone --filter`). */
  readonly isPartial: boolean
  /** Objects lie in another repository (`git clone --reference`, `--shared`). */
  readonly borrows: boolean
  /** A configuration that says in which format the repository is, and nothing else. */
  readonly config: string
}

/** Settings without which git cannot read a repository. */
const formats = ["objectformat", "refstorage"] as const

/**
 * @param names the entries of `.git`, directories with a slash at their end
 * @param config the text of `.git/config`
 * @param borrows whether there is `.git/objects/info/alternates`
 */
export function cloneFacts({
  names,
  config,
  borrows,
}: {
  readonly names: readonly string[]
  readonly config: string
  readonly borrows: boolean
}): CloneFacts {
  const settings = settingsIn(config)
  const isPartial = [...settings.keys()].some((key) =>
    /^(?:extensions\.partialclone|remote\..*\.promisor)$/s.test(key),
  )
  return { isShallow: names.includes("shallow"), isPartial, borrows, config: plainConfig(settings) }
}

/** The error for objects that git does not find, where the way in which the clone was made explains it. */
export function incompleteClone({ isPartial, borrows }: CloneFacts, why: string): SignalboxError | undefined {
  if (!isPartial && !borrows) return undefined
  return new SignalboxError("HISTORY_INCOMPLETE", {
    what: isPartial
      ? "objects of the history are missing: the repository is a partial clone"
      : "objects of the history are missing: the repository borrows them from another one",
    where: isPartial ? ".git/config" : ".git/objects/info/alternates",
    why,
    next: isPartial
      ? "clone without --filter, or fetch everything: git fetch --refetch --no-filter"
      : "make the clone whole: git repack -a -d && rm .git/objects/info/alternates (or clone with --dissociate)",
  })
}

/** The repository that a clone was made from. */
export interface Origin {
  readonly name: string
  /** Absent: it is a directory of this machine. */
  readonly host?: string
  /** What stands between host and name: a person, or groups. */
  readonly owner?: string
}

/** What the address of the remote `origin` says; undefined without one. */
export function originIn(config: string): Origin | undefined {
  const address = settingsIn(config).get("remote.origin.url")?.replace(/^"|"$/g, "") ?? ""
  const plain = address.replace(/(?:\.git)?\/*$/, "")
  // `https://user@host:port/owner/name`, `ssh://…`, and git's short form `user@host:owner/name`.
  const [, host, path] =
    /^\w[\w+.-]*:\/\/(?:[^/@]*@)?([^/:]+)(?::\d+)?\/(.+)$/.exec(plain) ??
    /^(?:[^/@:]+@)?([\w.-]{2,}):(?!\/\/)\/?(.+)$/.exec(plain) ??
    []
  const parts = (path ?? plain).split(/[/\\]/).filter((part) => part !== "")
  const name = parts.pop()
  if (name === undefined) return undefined
  if (host === undefined) return { name }
  return { name, host: host.toLowerCase(), ...(parts.length === 0 ? {} : { owner: parts.join("/") }) }
}

function plainConfig(settings: ReadonlyMap<string, string>): string {
  const extensions = formats.flatMap((name) => {
    const value = settings.get(`extensions.${name}`)
    // One word: it is written into a configuration.
    return value !== undefined && /^[a-z0-9]+$/i.test(value) ? [`\t${name} = ${value}\n`] : []
  })
  const version = extensions.length === 0 ? 0 : 1
  const core = `[core]\n\trepositoryformatversion = ${version}\n\tbare = false\n`
  return extensions.length === 0 ? core : `${core}[extensions]\n${extensions.join("")}`
}

/** Settings by section, subsection and name in lower case, for those that fit on one line, as git writes them. */
function settingsIn(config: string): Map<string, string> {
  const settings = new Map<string, string>()
  let section = ""
  for (const line of config.split("\n")) {
    const header = /^\s*\[([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\]/.exec(line)
    if (header !== null)
      section = [header[1] ?? "", ...(header[2] === undefined ? [] : [header[2]])].join(".").toLowerCase()
    const setting = /^\s*(?:\[[^\]]*\]\s*)?([a-z][\w-]*)\s*(?:=\s*(.*?)\s*)?$/i.exec(line)
    if (setting !== null) settings.set(`${section}.${(setting[1] ?? "").toLowerCase()}`, setting[2] ?? "true")
  }
  return settings
}
