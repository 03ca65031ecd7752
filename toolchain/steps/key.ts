import { createHash, type Hash } from "node:crypto"
import { lstat, readdir, readFile, readlink } from "node:fs/promises"
import { join } from "node:path"
import { ToolchainError } from "./errors.ts"
import type { Step } from "./step.ts"

/** Changed when a change to the runner makes old outputs unusable. */
const format = "signalbox-step-1"

/**
 * The keys of all steps, by id. A key is the hash of everything that decides the step's output: its input files,
 * its values, and the keys of the steps it needs.
 * @throws ToolchainError `STEP_GRAPH` when a needed step does not exist or the needs form a circle
 */
export async function keysOf(steps: readonly Step[], root: string): Promise<ReadonlyMap<string, string>> {
  const byId = new Map(steps.map((step) => [step.id, step]))
  const keys = new Map<string, string>()
  const visiting = new Set<string>()
  const keyOf = async (id: string, neededBy: string): Promise<string> => {
    const known = keys.get(id)
    if (known) return known
    const step = byId.get(id)
    if (!step) throw graphError(`step ${neededBy} needs ${id}, which does not exist`)
    if (visiting.has(id))
      throw graphError(`steps need each other in a circle: ${[...visiting, id].join(" → ")}`)
    visiting.add(id)
    const needs: string[] = []
    for (const need of step.needs) needs.push(await keyOf(need, id))
    visiting.delete(id)
    const key = await hashStep(step, needs, root)
    keys.set(id, key)
    return key
  }
  for (const step of steps) await keyOf(step.id, "")
  return keys
}

const graphError = (message: string): ToolchainError =>
  new ToolchainError("STEP_GRAPH", message, "Mend `needs` of that step.")

async function hashStep(step: Step, needs: readonly string[], root: string): Promise<string> {
  const hash = createHash("sha256")
  hash.update(JSON.stringify([format, step.id, needs, step.inputs.values ?? [], process.arch]))
  for (const file of [...(step.inputs.files ?? [])].sort()) await hashPath(hash, root, file)
  return hash.digest("hex").slice(0, 24)
}

async function hashPath(hash: Hash, root: string, path: string): Promise<void> {
  const full = join(root, path)
  const stat = await lstat(full)
  if (stat.isDirectory()) {
    for (const entry of (await readdir(full)).sort()) {
      if (entry !== "node_modules") await hashPath(hash, root, join(path, entry))
    }
  } else if (stat.isSymbolicLink()) {
    hash.update(JSON.stringify([path, "link", await readlink(full)]))
  } else {
    const content = await readFile(full)
    hash.update(JSON.stringify([path, (stat.mode & 0o100) !== 0, content.length]))
    hash.update(content)
  }
}
