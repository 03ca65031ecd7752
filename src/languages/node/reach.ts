import { posix } from "node:path"
import type { NamedPart, Reach } from "../../domain/index.ts"
import type { ComponentRequest } from "../language.ts"
import { lockFile } from "./install.ts"
import { localPackages } from "./manifest.ts"
import type { NodeComponent } from "./schema.ts"

type Request = ComponentRequest<NodeComponent>

/** Lock files of workspaces may lie above what they are for. */
const lockFiles: readonly string[] = [lockFile, "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb"]

/** Settings of package managers, which a build reads without having them among its sources. */
const settings: readonly string[] = [
  ...[".npmrc", ".yarnrc", ".yarnrc.yml", ".yarn/", ".pnpmfile.cjs", "pnpm-workspace.yaml", "patches/"],
]

/**
 * What a component reads beside its sources: settings of its package manager, and packages that lie in the source. Where its lock
 * file lies above it, the workspace that is locked there, all of it.
 */
export async function reachOf({ component, source }: Request): Promise<Reach> {
  const own = posix.normalize(component.path).replace(/\/$/, "")
  const names = await source.directory(own).entries()
  if (!names.some((name) => lockFiles.includes(name)))
    return { outside: await workspaceAbove(source, own), except: [], besides: settings }
  if (!names.includes(lockFile)) return { outside: [], except: [], besides: settings }
  const place = posix.join(own, lockFile)
  const local = localPackages(await source.file(place).contents(), place)
  const inside = local.map(({ path, kind }) => (kind === "archive" ? path : `${path.replace(/\/$/, "")}/`))
  return { outside: [], except: [], besides: [...settings, ...inside] }
}

async function workspaceAbove(source: Request["source"], own: string): Promise<readonly NamedPart[]> {
  for (let directory = own; directory !== "."; ) {
    directory = posix.dirname(directory)
    const found = (await source.directory(directory).entries()).find((name) => lockFiles.includes(name))
    if (found === undefined) continue
    const place = posix.join(directory, found)
    const path = directory === "." ? "./" : `${directory}/`
    return [{ path, why: `it is in the workspace that ${place} locks`, uncertain: true }]
  }
  return []
}
