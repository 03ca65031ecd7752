import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import type { Artifact } from "./job.ts"

export interface Dependency extends Artifact {
  readonly scope: string
  readonly file: string
}

/** `GROUP:ARTIFACT:TYPE[:CLASSIFIER]:VERSION:SCOPE:FILE`, with what Maven adds to it: `-- module NAME`, `(optional)`. */
const line =
  /^\s+([\w.-]+):([\w.-]+):[\w.-]+(?::[\w.-]+)?:([^:\s]+):(compile|runtime|provided|test|system):(\/\S+?)(?:\s+(?:--|\(optional).*)?\s*$/

/**
 * The list that `dependency:list` writes with the files of the artifacts. A line that is none of these, and is no heading, is an
 * error: a package that nobody counted would count as looked at.
 */
export function dependenciesIn(text: string): readonly Omit<Dependency, "sha1">[] {
  const lines = text.replaceAll(/\u001b\[[0-9;]*m/g, "").split(/\r?\n/)
  return lines.flatMap((one) => {
    if (one.trim() === "" || one.trim() === "none" || /^The following files have been resolved:/.test(one))
      return []
    const [, group, artifact, version, scope, file] = line.exec(one) ?? []
    if (group === undefined || artifact === undefined || version === undefined || file === undefined)
      throw new Error(
        `Maven's list of dependencies has a line that nobody can read: ${one.trim().slice(0, 200)}`,
      )
    return [{ group, artifact, version, scope: scope ?? "", file }]
  })
}

export function sha1Of(file: string): string {
  return createHash("sha1").update(readFileSync(file)).digest("hex")
}
