/** The dependencies of a manifest: name to range. */
export type Dependencies = Readonly<Record<string, string>>

/** A directory that the lock file covers: its own, `.`, or a member of its workspace. */
export interface Member {
  /** Relative to the lock file. */
  readonly path: string
  /** Undefined: its manifest has none. */
  readonly name: string | undefined
  readonly version: string | undefined
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Dependencies
  readonly devDependencies: Dependencies
  readonly optionalDependencies: Dependencies
  readonly peerDependencies: Dependencies
  /** Text of its package.json. */
  readonly text: string
}

/** What a member needs where it runs; for development, also what builds and tests it. */
export function neededBy(member: Member, withDevelopment: boolean): readonly (readonly [string, string])[] {
  return Object.entries({
    ...member.peerDependencies,
    ...(withDevelopment ? member.devDependencies : {}),
    ...member.optionalDependencies,
    ...member.dependencies,
  })
}

/** Members that others need, directly or not, each after those that it needs itself; the ones named are last among them. */
export function withNeeded(
  members: readonly Member[],
  wanted: readonly Member[],
  withDevelopment: boolean,
  also: (member: Member) => readonly string[] = () => [],
): readonly Member[] {
  const byName = new Map(members.flatMap((one) => (one.name === undefined ? [] : [[one.name, one] as const])))
  const byPath = new Map(members.map((one) => [one.path, one]))
  const found = new Set<Member>()
  const open = new Set<Member>()
  const visit = (member: Member): void => {
    if (found.has(member) || open.has(member)) return
    open.add(member)
    for (const [name] of neededBy(member, withDevelopment)) {
      const next = byName.get(name)
      if (next !== undefined) visit(next)
    }
    for (const path of also(member)) {
      const next = byPath.get(path)
      if (next !== undefined) visit(next)
    }
    found.add(member)
  }
  for (const member of wanted) visit(member)
  return [...found]
}
