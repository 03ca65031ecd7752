import type { PackageOrigin } from "../../origin.ts"
import type { Lock } from "./lock.ts"
import { type Member, neededBy } from "./member.ts"

/**
 * How members come to what they need where it runs: by the shortest way, so that whoever wants to get rid of a package sees which
 * of his own dependencies brings it.
 * @param text of the lock file, for the lines in it.
 * @param component the member that it is about; what others bring begins with the name of the other.
 */
export function originsOf(
  lock: Lock,
  text: string,
  members: readonly Member[],
  component: Member,
): readonly PackageOrigin[] {
  const lines = linesIn(text)
  const found = new Map<string, PackageOrigin>()
  const seen = new Set<string>()
  // The component's own packages first: what it names itself it does not owe to another.
  const own = [component, ...members.filter((one) => one !== component)]
  let open = own.flatMap((member) =>
    neededBy(member, false).flatMap(([name, range]) =>
      lock.resolve(member, name, range).map((key) => ({ key, path: startOf(member, component) })),
    ),
  )
  while (open.length > 0) {
    const next: typeof open = []
    for (const { key, path: before } of open) {
      const one = lock.packages.get(key)
      if (one === undefined || seen.has(key)) continue
      seen.add(key)
      const name = `${one.name}@${one.version}`
      const path = [...before, name]
      const line = lines.get(key) ?? lines.get(name)
      const license = one.license === undefined ? {} : { license: one.license }
      if (!found.has(name))
        found.set(name, { name, path, ...(line === undefined ? {} : { line }), ...license })
      next.push(...one.needs.map((needed) => ({ key: needed, path })))
    }
    open = next
  }
  return [...found.values()]
}

function startOf(member: Member, component: Member): readonly string[] {
  return member === component || member.path === "." ? [] : [member.name ?? member.path]
}

/** Lines by what their lock file calls a package: npm its place, pnpm its key, yarn its name and version. */
function linesIn(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>()
  const note = (key: string | undefined, line: number) => {
    if (key !== undefined && !lines.has(key)) lines.set(key, line)
  }
  let head = { name: "", line: 0 }
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    note(/^\s+"((?:[^"]*\/)?node_modules\/[^"]+)": \{$/.exec(line)?.[1], index + 1)
    note(/^ {2}'?([^\s':][^']*?)'?:(?: \{\})?$/.exec(line)?.[1], index + 1)
    const name = /^"?(@?[^@\s"]+)@.*:$/.exec(line)?.[1]
    if (name !== undefined) head = { name, line: index + 1 }
    const version = /^ {2}version:? "?([^"\s]+)"?$/.exec(line)?.[1]
    if (version !== undefined && head.name !== "") note(`${head.name}@${version}`, head.line)
  }
  return lines
}
