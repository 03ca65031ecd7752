import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { both } from "./access.ts"
import { borrowVerification } from "./borrow.ts"
import { pointTag, readManifest } from "./registry.ts"
import type { Stage } from "./stage.ts"

/**
 * What somebody with write access to a branch, to the registry and to staging's namespace tries: each is refused by its
 * rule. Tag and ledger are put back at the end, and main is as it was.
 */
export async function tamper(stage: Stage, version: string, other: string): Promise<void> {
  await changedRecord(stage, version)
  await movedTag(stage, version, other)
  await borrowVerification(stage, "v1.2.0")
  await stage.workspace.write(".env", "SIGNALBOX_GATES_ONLY=typecheck\n")
  await stage.workspace.git("add", "--force", ".env")
  await stage.workspace.commit("chore: choose the gates that judge this commit")
  await stage.call("gates", "--context", "branch", "assert")
  await stage.workspace.reset(version)
}

/** A record that says another commit than the one that was built. */
async function changedRecord(stage: Stage, version: string): Promise<void> {
  const directory = await stage.export("record", "record", "--release", version)
  const file = join(directory, "record.json")
  const record = JSON.parse(await readFile(file, "utf8"))
  await writeFile(file, JSON.stringify({ ...record, source: { ...record.source, commit: "0".repeat(40) } }))
  await stage.call("verify-release", "--record", directory, "--public-key", stage.world.publicKey)
}

/** The version's tag points at the record of another release. */
async function movedTag(stage: Stage, version: string, other: string): Promise<void> {
  const { world } = stage
  const [own, foreign] = await Promise.all([
    readManifest(world, "releases", version),
    readManifest(world, "releases", other),
  ])
  await pointTag(world, "releases", version, foreign)
  try {
    await stage.call("plan", "--environment", "production", "--release", version, ...both, "hash")
  } finally {
    await pointTag(world, "releases", version, own)
  }
}
