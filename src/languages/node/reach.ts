import { posix } from "node:path"
import type { NamedPart, Reach } from "../../domain/index.ts"
import type { ComponentRequest } from "../language.ts"
import { cleanPath } from "../paths.ts"
import { managersByLock, otherLockFiles } from "./managers/catalogue.ts"
import { projectIfLocked } from "./project.ts"
import type { NodeComponent } from "./schema.ts"

type Request = ComponentRequest<NodeComponent>

/** Lock files of package managers, those that are not built, too. */
const lockFiles: readonly string[] = [...Object.keys(managersByLock), ...otherLockFiles]

/** Settings of package managers, which a build reads without having them among its sources. */
const settings: readonly string[] = [
  ...[".npmrc", ".yarnrc", ".yarnrc.yml", ".yarn/", ".pnpmfile.cjs", "pnpm-workspace.yaml", "patches/"],
]

/**
 * What a component reads beside its sources: settings of its package manager, and packages that lie in the source. Where its lock
 * file lies above it, the workspace that is locked there, all of it: the manifests of its other members count in every
 * installation.
 */
export async function reachOf(request: Request): Promise<Reach> {
  const own = cleanPath(request.component.path) || "."
  const project = await projectIfLocked(request)
  // Nobody knows whether it is installed by what lies above: then that counts.
  if (project === null)
    return { outside: await lockedAbove(request.source, own), except: [], besides: settings }
  const { root, lockPlace, local } = project
  if (root !== own) return { outside: [workspaceOf(root, lockPlace)], except: [], besides: settings }
  const inside = local.map(({ path, kind }) => (kind === "archive" ? path : `${cleanPath(path)}/`))
  return { outside: [], except: [], besides: [...settings, ...inside] }
}

function workspaceOf(root: string, lockPlace: string): NamedPart {
  const path = root === "." ? "./" : `${root}/`
  return { path, why: `it is in the workspace that ${lockPlace} locks`, uncertain: true }
}

async function lockedAbove(source: Request["source"], own: string): Promise<readonly NamedPart[]> {
  for (let directory = own; directory !== "."; ) {
    directory = posix.dirname(directory)
    const found = (await source.directory(directory).entries()).find((name) => lockFiles.includes(name))
    if (found !== undefined) return [workspaceOf(directory, posix.join(directory, found))]
  }
  return []
}
