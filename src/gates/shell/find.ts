/**
 * `node find.ts ROOT`: prints, as JSON, which files of a tree are shell scripts, by their ending or their first line, which
 * of them no linter knows, and what they source. Links are not followed: what they lead to is in the tree itself, and one that is called like a script and leads to none is
 * named. No packages.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync, realpathSync } from "node:fs"
import { basename, dirname, join, relative } from "node:path"
import { codeAt } from "../engine/code-digests.ts"

interface NotJudged {
  readonly why: string
  /** Its name says that it is a script: nobody may take it for judged. */
  readonly refuses?: true
}

interface Found {
  readonly files: readonly string[]
  readonly others: readonly string[]
  /** Links that are called like scripts. */
  readonly links: readonly string[]
  readonly notLooked: readonly ({ readonly file: string; readonly code?: string } & NotJudged)[]
}

interface Scripts {
  readonly files: readonly string[]
  /** Files that are no scripts by themselves, and the shell of the scripts that source them. */
  readonly sourced: readonly { readonly file: string; readonly shell: string }[]
  /** Files that are called like one that a script sources. */
  readonly beside: readonly string[]
  readonly notLooked: Found["notLooked"]
}

/** ShellCheck knows these. */
const known = ["sh", "bash", "dash", "ash", "ksh", "bats", "busybox"]
/** Shells of which it knows nothing. */
const others = ["zsh", "fish", "csh", "tcsh", "mksh", "yash", "elvish", "nu", "pwsh"]
const longest = 256
/** Of UTF-8, byte by byte: editors write it before a first line, which still says what the script is. */
const byteOrderMark = "\u00ef\u00bb\u00bf"

/** The shell that a first line names; undefined where it names something else, or none. */
export function shellOf(firstLine: string): string | undefined {
  const [, line = ""] = /^#!\s*(.*)/.exec(firstLine) ?? []
  const words = line.split(/\s+/).filter((word) => word !== "")
  const name = (word: string | undefined) => word?.slice(word.lastIndexOf("/") + 1)
  const first = name(words[0]) === "env" ? startedByEnv(words.slice(1)) : words[0]
  const shell = name(first)?.replace(/\d+(?:\.\d+)*$/, "")
  return [...known, ...others].find((one) => one === shell)
}

/** `-S VARIABLE=1 bash -e`, `-S -u zsh bash`: the program, behind options, their values, and variables. */
function startedByEnv(words: readonly string[]): string | undefined {
  const hasValue = (word: string) => /^(?:-[a-zA-Z]*[uCPa]|--(?:unset|chdir|argv0))$/.test(word)
  return words.find((word, index) => !/^-|=/.test(word) && !hasValue(words[index - 1] ?? ""))
}

export function kindOf(file: string, firstLine: string): "script" | NotJudged | undefined {
  const shell = shellOf(firstLine)
  const ending = /\.(sh|bash|dash|ash|ksh|bats|zsh|fish|csh|tcsh|mksh)$/.exec(file.toLowerCase())?.[1]
  if (shell === undefined && ending !== undefined && firstLine.startsWith("#!"))
    return { why: "its first line names no shell", refuses: true }
  const named = shell ?? ending
  if (named === undefined) return undefined
  return others.includes(named) ? { why: `ShellCheck does not know ${named}` } : "script"
}

/** Paths that a script sources, or says that it does, with `$` for what is put together as it runs. */
export function sourcedIn(script: string): readonly string[] {
  // `. "$(cd "$(dirname "$0")" && pwd)/lib.sh"`: what is run for a part of a path is left out, from the inside.
  const withoutInner = (text: string) => text.replaceAll(/\$\([^()\n]*\)|`[^`\n]*`/g, "$")
  const text = withoutInner(withoutInner(script))
  const commands = text.replaceAll(/^[ \t]*#.*/gm, "")
  const found = [
    ...commands.matchAll(/(?:^|[\s;&|({])(?:\.|source)[ \t]+([^\s;&|)]+)/gm),
    ...text.matchAll(/#[ \t]*shellcheck[ \t].*\bsource=(\S+)/gm),
  ]
  return found.map(([, path = ""]) => path.replaceAll(/["']/g, ""))
}

/** Where it may lie: `$HERE/../lib/common` is looked for from the directory of the script, and from the root. */
function placesOf(path: string, script: string): readonly string[] {
  const rest = path.replace(/^\$(?:\{[^}\n]*\}|[^/{])*\//, "")
  if (rest.includes("$") || rest.startsWith("/")) return []
  return [join(dirname(script), rest), join(rest)]
}

/** What ShellCheck calls the shell of a script. Without a first line it takes it for one of bash, with a remark. */
function dialectOf(file: string, firstLine: string): string {
  const named = shellOf(firstLine) ?? /\.(dash|ash|ksh)$/.exec(file.toLowerCase())?.[1] ?? "bash"
  return named === "ash" ? "dash" : named === "bats" ? "bash" : named
}

/** Where scripts of several shells source a file, it has to be fit for the one that can least. */
const byAbility = ["sh", "dash", "busybox", "ksh", "bash"]

/**
 * Files that are no scripts by themselves and that scripts source, in the shell of those; and such as are called alike only: which file a
 * script means that puts a path together is not known.
 */
function sourcedOf(root: string, { files, others: rest }: Pick<Found, "files" | "others">) {
  const open = files.map((file) => ({ file, shell: dialectOf(file, firstLineOf(join(root, file))) }))
  const candidates = new Set(rest)
  const shells = new Map<string, string>()
  const names = new Set<string>()
  for (const { file, shell } of open) {
    for (const path of sourcedIn(readFileSync(join(root, file), "utf8"))) {
      names.add(basename(path))
      const found = placesOf(path, file).find((place) => candidates.has(place))
      if (found === undefined || firstLineOf(join(root, found)).startsWith("#!")) continue
      const before = shells.get(found)
      if (before !== undefined && byAbility.indexOf(before) <= byAbility.indexOf(shell)) continue
      shells.set(found, shell)
      // What it sources in turn is of the same shell.
      open.push({ file: found, shell })
    }
  }
  const sourced = [...shells].map(([file, shell]) => ({ file, shell }))
  return {
    sourced: sourced.toSorted((a, b) => (a.file < b.file ? -1 : 1)),
    alike: rest.filter((file) => names.has(basename(file)) && !shells.has(file)),
  }
}

function firstLineOf(path: string): string {
  const handle = openSync(path, "r")
  try {
    const buffer = Buffer.alloc(longest)
    const read = readSync(handle, buffer)
    const [line = ""] = buffer.toString("latin1", 0, read).split(/\r?\n/, 1)
    return line.startsWith(byteOrderMark) ? line.slice(byteOrderMark.length) : line
  } finally {
    closeSync(handle)
  }
}

export function findScripts(root: string): Scripts {
  const { files, others: rest, links, notLooked } = filesBelow(root)
  const told = new Set([...files, ...notLooked.map(({ file }) => file)])
  const astray = links
    .filter((link) => !told.has(targetOf(root, link) ?? ""))
    .map((file) => ({ file, why: "it is a link to what is no script of this tree by itself" }))
  const { sourced, alike } = sourcedOf(root, { files, others: rest })
  const why = "it is called like what a script sources, and no script by itself"
  return {
    files: files.toSorted(),
    sourced,
    beside: alike,
    notLooked: [...notLooked, ...astray, ...alike.map((file) => ({ file, why }))],
  }
}

/** Where a link leads to, below the root; undefined where there is nothing. */
function targetOf(root: string, link: string): string | undefined {
  try {
    return relative(realpathSync(root), realpathSync(join(root, link)))
  } catch {
    return undefined
  }
}

function filesBelow(root: string, below = ""): Found {
  const files: string[] = []
  const rest: string[] = []
  const links: string[] = []
  const notLooked: Found["notLooked"][number][] = []
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const file = join(below, entry.name)
    if (entry.isDirectory()) {
      if ([".git", "node_modules"].includes(entry.name)) continue
      const inside = filesBelow(root, file)
      files.push(...inside.files)
      rest.push(...inside.others)
      links.push(...inside.links)
      notLooked.push(...inside.notLooked)
    }
    if (entry.isSymbolicLink() && kindOf(file, "") !== undefined) links.push(file)
    if (!entry.isFile()) continue
    const kind = kindOf(file, firstLineOf(join(root, file)))
    if (kind === "script") files.push(file)
    else if (kind === undefined) rest.push(file)
    else notLooked.push({ file, ...kind, ...(kind.refuses ? { code: codeAt(root, join(root, file)) } : {}) })
  }
  return { files, others: rest, links, notLooked }
}

if (import.meta.main) process.stdout.write(JSON.stringify(findScripts(process.argv[2] ?? "")))
