import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Stage } from "./stage.ts"

/**
 * What somebody with write access to a branch, to the registry and to an exported record tries: each is refused by its rule.
 * The tag is moved back at the end, and main is as it was.
 */
export async function tamper(
  stage: Stage,
  version: string,
  other: string,
  access: readonly string[],
): Promise<void> {
  await changedRecord(stage, version)
  await movedTag(stage, version, other, access)
  await stage.workspace.write(".env", "SIGNALBOX_GATES_ONLY=typecheck\n")
  await stage.workspace.git("add", "--force", ".env")
  await stage.workspace.commit("chore: choose the gates that judge this commit")
  await stage.call("gates", "--context", "branch", "assert")
  await stage.workspace.reset(version)
}

/** A record that says another commit than the one that was built. */
async function changedRecord(stage: Stage, version: string): Promise<void> {
  await stage.export("record", "record", "--release", version)
  const directory = join(stage.world.out, stage.id, "record")
  const file = join(directory, "record.json")
  const record = JSON.parse(await readFile(file, "utf8"))
  await writeFile(file, JSON.stringify({ ...record, source: { ...record.source, commit: "0".repeat(40) } }))
  await stage.call("verify-release", "--record", directory)
}

/** The version's tag points at the record of another release. */
async function movedTag(
  stage: Stage,
  version: string,
  other: string,
  access: readonly string[],
): Promise<void> {
  const [own, foreign] = [await manifest(stage, version), await manifest(stage, other)]
  await point(stage, version, foreign)
  try {
    await stage.call("plan", "--environment", "production", "--release", version, ...access, "hash")
  } finally {
    await point(stage, version, own)
  }
}

interface Manifest {
  readonly type: string
  readonly text: string
}

const types = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.artifact.manifest.v1+json"

function addressOf({ world: { registry } }: Stage, tag: string): string {
  return `http://${registry.address}/v2/${registry.prefix}/intelligent-agent/releases/manifests/${tag}`
}

async function manifest(stage: Stage, tag: string): Promise<Manifest> {
  const response = await fetch(addressOf(stage, tag), { headers: { accept: types } })
  if (!response.ok) throw new Error(`the record of ${tag} cannot be read: ${response.status}`)
  return { type: response.headers.get("content-type") ?? "", text: await response.text() }
}

async function point(stage: Stage, tag: string, { type, text }: Manifest): Promise<void> {
  const headers = { "content-type": type }
  const response = await fetch(addressOf(stage, tag), { method: "PUT", headers, body: text })
  if (!response.ok) throw new Error(`the tag ${tag} cannot be moved: ${response.status}`)
}
