import { posix } from "node:path"
import { type Member, neededBy } from "./member.ts"

/** A package that lies in the source: a directory that `node_modules` links to (`file:`, workspaces), or an archive. */
export interface LocalPackage {
  /** Relative to the lock file; it may lead out of its directory. */
  readonly path: string
  readonly kind: "directory" | "archive"
  readonly production: boolean
}

/** Packages that members name by their place in the source. */
export function localPackagesOf(members: readonly Member[]): readonly LocalPackage[] {
  return members.flatMap((member) => {
    const production = new Map(neededBy(member, false))
    return neededBy(member, true).flatMap(([name, range]): LocalPackage[] => {
      const [, place = ""] = /^(?:file|link|portal):(.+)$/.exec(range) ?? []
      if (place === "") return []
      const path = posix.normalize(posix.join(member.path, place.replace(/::.*$/, "")))
      const kind = /\.(?:tgz|tar\.gz|tar)$/.test(path) ? "archive" : "directory"
      return [{ path, kind, production: production.has(name) }]
    })
  })
}
