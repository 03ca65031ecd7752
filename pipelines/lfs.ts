import type { Directory } from "@dagger.io/dagger"
import { lfsObjectPath, lfsPointerIn, longestPointer, SignalboxError } from "../src/domain/index.ts"

/**
 * Replaces the Git LFS pointers of an exported tree by the content that the clone has fetched: a commit has pointers only,
 * and a release would differ from what was built and judged in the working tree. A pointer whose content is not there
 * stays one: whoever builds from it refuses it.
 * @param git the clone's `.git`
 * @throws SOURCE_INCOMPLETE for content that is not what the pointer names
 */
export async function fetchLfsObjects(git: Directory, place: string): Promise<void> {
  if (!(await git.exists("lfs/objects"))) return
  const { chmod, readdir, readFile, stat } = await import("node:fs/promises")
  const { join, relative } = await import("node:path")
  for (const entry of await readdir(place, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const { size, mode } = await stat(path)
    const pointer = size > longestPointer ? null : lfsPointerIn(await readFile(path, "latin1"))
    if (pointer === null || !(await git.exists(lfsObjectPath(pointer.oid)))) continue
    await git.file(lfsObjectPath(pointer.oid)).export(path)
    await assertContent(path, pointer.oid, relative(place, path))
    await chmod(path, mode)
  }
}

async function assertContent(path: string, oid: string, name: string): Promise<void> {
  const { createReadStream } = await import("node:fs")
  const { createHash } = await import("node:crypto")
  const hash = createHash("sha256")
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  const actual = hash.digest("hex")
  if (actual === oid) return
  throw new SignalboxError("SOURCE_INCOMPLETE", {
    what: `the clone has other content than the Git LFS pointer ${name} names`,
    where: `.git/${lfsObjectPath(oid)}`,
    why: `its SHA-256 is ${actual}`,
    next: "fetch it again: git lfs fsck, git lfs fetch",
  })
}
