/** What a tree says to the scanner: the settings file that would be read by itself, and comments that switch rules off. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join, relative, sep } from "node:path"
import type { TreeSettings } from "../answers.ts"

export const settingsFile = "sonar-project.properties"

const mostLines = 200
/** The analyser of JavaScript leaves larger files out, too. */
const largest = 1 << 20
const shown = 200
const silencing = /(?:\/\/|\/\*|#|--|<!--|^\s*\*).*\bNOSONAR\b/

export function treeSettings(root: string): TreeSettings {
  return { settings: ownSettings(root), ...comments(root) }
}

function ownSettings(root: string): TreeSettings["settings"] {
  let text: string
  try {
    text = readFileSync(join(root, settingsFile), "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return []
    throw error
  }
  return text.split(/\r?\n/).flatMap((line, index) => {
    const said = line.trim()
    return said === "" || /^[#!]/.test(said)
      ? []
      : [{ file: settingsFile, line: index + 1, text: said.slice(0, shown) }]
  })
}

function comments(root: string): Omit<TreeSettings, "settings"> {
  const found: TreeSettings["comments"] = []
  const notSearched: string[] = []
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const file = relative(root, path).split(sep).join("/")
    if (statSync(path).size > largest) {
      notSearched.push(file)
      continue
    }
    const bytes = readFileSync(path)
    if (bytes.includes(0) || !bytes.includes("NOSONAR")) continue
    for (const [index, line] of bytes.toString("utf8").split("\n").entries())
      if (silencing.test(line)) found.push({ file, line: index + 1, text: line.trim().slice(0, shown) })
  }
  return { comments: found.slice(0, mostLines), commentCount: found.length, notSearched }
}
