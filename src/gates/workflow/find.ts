/**
 * `node find.ts ROOT`: prints, as JSON, the workflows of a tree that GitHub runs, the files that are called like an action, and
 * those that only look like either. Links are not followed. No packages.
 */
import { lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs"
import { join, posix, relative } from "node:path"
import { codeAt } from "../engine/code-digests.ts"

interface NotJudged {
  readonly file: string
  readonly why: string
  /** It may run all the same: nobody may take it for judged. */
  readonly refuses?: true
  /** What stands there, as a digest. */
  readonly code?: string
}

interface Action {
  readonly file: string
  /** What stands in it, as a digest. */
  readonly code: string
  /** Absent where it is too long to be looked into, or no UTF-8. */
  readonly text?: string
  /** Files that its text names. */
  readonly names: readonly string[]
}

interface Found {
  /** With the text, where it is not too long to be looked into, and UTF-8. */
  readonly workflows: readonly { readonly file: string; readonly text?: string }[]
  readonly actions: readonly Action[]
  /** Links to what is in the tree. */
  readonly links: readonly { readonly file: string; readonly target: string }[]
  readonly notLooked: readonly NotJudged[]
}

/** What is longer is no text that people have written, and is for the tools to take or to refuse. */
const longestText = 1 << 20

const workflows = ".github/workflows"
const isYaml = (name: string): boolean => /\.ya?ml$/i.test(name)
const isActionName = (name: string): boolean => /^action\.ya?ml$/i.test(name)
const isKnownEnding = (name: string): boolean => /\.ya?ml$/.test(name)

/** What a file is by its path alone. */
export function kindOf(file: string): "workflow" | "action" | { why: string; refuses?: true } | undefined {
  const name = posix.basename(file)
  const directory = posix.dirname(file)
  if (!isYaml(name)) return undefined
  if (directory === workflows && /^\.ya?ml$/i.test(name))
    return { why: "its name is only an ending, by which no linter knows it: give it a name", refuses: true }
  if (directory === workflows)
    return isKnownEnding(name)
      ? "workflow"
      : { why: "it ends in capitals, by which no linter knows it: give it the ending .yml", refuses: true }
  if (isActionName(name)) return "action"
  // Workflows of packages are nobody's; an action may be called from there like from anywhere.
  if (directory.split("/").includes("node_modules")) return undefined
  if (directory.startsWith(`${workflows}/`))
    return { why: `GitHub runs no workflow below a directory of ${workflows}` }
  if (`/${directory}/`.includes(`/${workflows}/`))
    return { why: `GitHub runs only workflows in ${workflows} of the repository` }
  return undefined
}

export function findWorkflows(root: string): Found {
  const { files, links } = filesBelow(root)
  const kinds = files.map((file) => ({ file, kind: kindOf(file) }))
  const judged = kinds.flatMap(({ file, kind }) => (kind === "workflow" ? [workflowOf(root, file)] : []))
  const actions = kinds.flatMap(({ file, kind }) => (kind === "action" ? [actionOf(root, file)] : []))
  const others = kinds.flatMap(({ file, kind }) => (typeof kind === "object" ? [{ file, ...kind }] : []))
  const known = new Set(actions.map(({ file }) => file))
  const notLooked = [...others, ...links.flatMap((link) => astray(root, link, known))]
  return {
    workflows: judged.toSorted((a, b) => (a.file < b.file ? -1 : 1)),
    actions: actions.toSorted((a, b) => (a.file < b.file ? -1 : 1)),
    links: links.flatMap((file) => {
      const target = targetOf(root, file)
      return target === undefined || target.startsWith("..") ? [] : [{ file, target }]
    }),
    notLooked: notLooked
      .map((one) => (one.refuses ? { ...one, code: codeAt(root, join(root, one.file)) } : one))
      .toSorted((a, b) => (a.file < b.file ? -1 : 1)),
  }
}

/** A link that is called like what GitHub runs. An action behind it is one of the tree by itself, or nobody has judged it. */
function astray(root: string, link: string, known: ReadonlySet<string>): readonly NotJudged[] {
  if (link === ".github" || link === workflows)
    return [{ file: link, why: "it is a link: no workflow behind it was judged", refuses: true }]
  const kind = kindOf(link)
  if (kind === "workflow") return [{ file: link, why: "it is a link", refuses: true }]
  if (kind === "action" && !known.has(targetOf(root, link) ?? ""))
    return [{ file: link, why: "it is a link to what is no action of this tree by itself", refuses: true }]
  return []
}

/** Where a link leads to, below the root; undefined where there is nothing. */
function targetOf(root: string, link: string): string | undefined {
  try {
    return relative(realpathSync(root), realpathSync(join(root, link)))
  } catch {
    return undefined
  }
}

/** Its text, and whether it is UTF-8; undefined where it is too long to be looked into. */
function textOf(root: string, file: string): { readonly read: string; readonly isUtf8: boolean } | undefined {
  const path = join(root, file)
  if (lstatSync(path).size > longestText) return undefined
  const bytes = readFileSync(path)
  const read = bytes.toString("utf8")
  return { read, isUtf8: Buffer.from(read, "utf8").equals(bytes) }
}

function workflowOf(root: string, file: string): Found["workflows"][number] {
  const text = textOf(root, file)
  return { file, ...(text?.isUtf8 === true ? { text: text.read } : {}) }
}

function actionOf(root: string, file: string): Action {
  const text = textOf(root, file)
  const code = codeAt(root, join(root, file))
  if (text === undefined) return { file, code, names: [] }
  const names = [...new Set(namesIn(text.read))]
    .map((name) => posix.join(posix.dirname(file), name))
    .filter((name) => !name.startsWith("..") && isFile(join(root, name)))
  return { file, code, names, ...(text.isUtf8 ? { text: text.read } : {}) }
}

/** What may be the path of a file: values of keys, with their quotes or without. */
export function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*["']?[\w-]+["']?[ \t]*:[ \t]+(\S[^\r\n]*)/gm)].flatMap(
    ([, value = ""]) => {
      const plain = value.replace(/[ \t]+#.*$/, "").trimEnd()
      return [/^"[^"]*"$|^'[^']*'$/.test(plain) ? plain.slice(1, -1) : plain].filter(
        (name) => name.length < 1000 && !name.includes("\0"),
      )
    },
  )
}

function isFile(path: string): boolean {
  try {
    return lstatSync(path).isFile()
  } catch {
    return false
  }
}

function filesBelow(root: string, below = ""): { readonly files: string[]; readonly links: string[] } {
  const files: string[] = []
  const links: string[] = []
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const file = join(below, entry.name)
    if (entry.isDirectory()) {
      if (entry.name === ".git") continue
      const inside = filesBelow(root, file)
      files.push(...inside.files)
      links.push(...inside.links)
    } else if (entry.isSymbolicLink()) links.push(file)
    else if (entry.isFile()) files.push(file)
  }
  return { files, links }
}

if (import.meta.main) process.stdout.write(JSON.stringify(findWorkflows(process.argv[2] ?? "")))
