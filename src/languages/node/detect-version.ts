import { SignalboxError } from "../../domain/index.ts"
import type { SourceTree } from "../detected.ts"

/** Code names of long-term support, as `.nvmrc` may have them (`lts/iron`), by the major version that they stand for. */
const codeNames: Readonly<Record<string, number>> = {
  ...{ argon: 4, boron: 6, carbon: 8, dubnium: 10, erbium: 12, fermium: 14 },
  ...{ gallium: 16, hydrogen: 18, iron: 20, jod: 22, krypton: 24 },
}

/**
 * Which Node a component asks for, in one phrase; null where it asks for none. What it says that it runs on (`engines.node`)
 * counts before what its developers use (`.nvmrc`).
 * @throws CONFIG_INVALID where the toolbox has another one
 */
export async function nodeAskedFor(
  tree: SourceTree,
  path: string,
  engines: string | undefined,
): Promise<string | null> {
  const toolbox = tree.versionOf?.("node")
  const manifest = path === "." ? "package.json" : `${path}/package.json`
  if (engines !== undefined) {
    if (toolbox !== undefined && !(await satisfies(toolbox, engines)))
      throw otherNode(`${manifest}: engines.node`, engines, toolbox)
    return `Node ${engines} (engines.node)`
  }
  // A file in the source root is for all components below it.
  const files = [".nvmrc", ".node-version"].flatMap((name) =>
    path === "." ? [name] : [`${path}/${name}`, name],
  )
  const file = files.find((one) => tree.paths.includes(one))
  if (file === undefined) return null
  const wanted =
    (await tree.read(file))
      .split("\n")
      .find((line) => /^\s*[^\s#]/.test(line))
      ?.trim() ?? ""
  const major = majorOf(wanted)
  if (toolbox !== undefined && major !== null && major !== Number(toolbox.split(".")[0]))
    throw otherNode(file, wanted, toolbox)
  return `Node ${wanted} (${file})`
}

/** Null for one that names none: `node`, `lts/*`, an alias of somebody's own. */
function majorOf(wanted: string): number | null {
  const number = /^v?(\d+)(?:\.|$)/.exec(wanted)?.[1]
  if (number !== undefined) return Number(number)
  return codeNames[/^lts\/(\w+)$/i.exec(wanted)?.[1]?.toLowerCase() ?? ""] ?? null
}

async function satisfies(version: string, range: string): Promise<boolean> {
  const { default: allows } = await import("semver/functions/satisfies.js")
  return allows(version, range, { includePrerelease: true })
}

function otherNode(where: string, wanted: string, toolbox: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `the toolbox has no Node ${wanted}`,
    where,
    why: `it has ${toolbox}`,
    next: "name another Node in toolbox.yaml (tools.node), or correct the version",
  })
}
