import { waiverFingerprint } from "../domain/waiver.ts"
import { type Checked, checkDocument, resultOf } from "./document.ts"
import type { Problem } from "./problem.ts"
import { show } from "./problem.ts"
import { type Waiver, type WaiverFile, waiversSchema } from "./schema/waivers.ts"
import type { Source } from "./source.ts"
import { formatPath, valueAt } from "./zod-problems.ts"

/** Reads and checks the text of a waiver file; `file` is how errors call it. Never throws. */
export function checkWaivers(text: string, file: string): Checked<WaiverFile> {
  return checkDocument(text, file, waiversSchema, [eachOnce])
}

/** The waivers of a file. Expired ones are among them: `waive` reports them. @throws CONFIG_INVALID */
export function parseWaivers(text: string, file: string): readonly Waiver[] {
  return resultOf(checkWaivers(text, file)).waivers
}

/** Each id and each finding once: with two waivers of one finding, the decision would have no clear owner. */
function eachOnce(source: Source): readonly Problem[] {
  const list = valueAt(source.value, ["waivers"])
  if (!Array.isArray(list)) return []
  const ids = new Set<string>()
  const identities = new Set<string>()
  return list.flatMap((entry: unknown, index) => {
    const id = valueAt(entry, ["id"])
    const identity = identityOf(entry)
    const found: Problem[] = []
    if (typeof id === "string" && ids.has(id)) found.push(twice(source, ["waivers", index, "id"], show(id)))
    else if (identity !== undefined && identities.has(identity)) {
      found.push(twice(source, ["waivers", index], `the finding of ${show(id)}`))
    }
    if (typeof id === "string") ids.add(id)
    if (identity !== undefined) identities.add(identity)
    return found
  })
}

function identityOf(entry: unknown): string | undefined {
  const text = (key: string): string | undefined => {
    const value = valueAt(entry, [key])
    return typeof value === "string" ? value : undefined
  }
  const [gate, rule, subject, file] = [text("gate"), text("rule"), text("subject"), text("file")]
  if (gate === undefined || rule === undefined || subject === undefined) return undefined
  return waiverFingerprint({ id: "", gate, rule, subject, file, reason: "", owner: "", expires: "" })
}

function twice(source: Source, path: readonly (string | number)[], what: string): Problem {
  const allowed = ["each id and each finding once"]
  return {
    file: source.file,
    ...source.at(path),
    path: formatPath(path),
    message: `${what} occurs here twice`,
    allowed,
  }
}
