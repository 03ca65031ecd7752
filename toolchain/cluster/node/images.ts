import { createHash } from "node:crypto"
import { createReadStream, existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { programs, stateDirectories } from "./layout.ts"
import { type Run, run } from "./run.ts"

/** Says which archive the images in containerd's state came from. */
const marker = join(stateDirectories.root, "images.sha256")

/** Gives containerd the images of the archive, unless its state has them from an earlier start. */
export async function importImages(log: (line: string) => void, exec: Run = run): Promise<void> {
  const digest = await sha256(programs.images)
  if (existsSync(marker) && readFileSync(marker, "utf8") === digest) return
  await exec(join(programs.binaries, "ctr"), [
    "--namespace",
    "k8s.io",
    "images",
    "import",
    "--local",
    programs.images,
  ])
  writeFileSync(marker, digest)
  log("images imported")
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256")
  await pipeline(createReadStream(path), hash)
  return hash.digest("hex")
}
