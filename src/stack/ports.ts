/** What takes a port of the host. */
interface Wants {
  readonly name: string
  readonly port: number
}

/** Where pages are looked for on a developer's machine. */
export const pagePort = 3000

/**
 * A port of the host for each component: the one that it wants, or the next that nothing else has. Those that are taken
 * come first, so that no component moves a database.
 */
export function hostPorts(wanted: readonly Wants[], taken: readonly number[]): ReadonlyMap<string, number> {
  const used = new Set(taken)
  return new Map(
    wanted.map(({ name, port }) => {
      // Below 1024 a port is root's.
      let free = port < 1024 ? port + 8000 : port
      // After the last port come those that nobody needs a name for.
      while (used.has(free)) free = free === 65_535 ? 1024 : free + 1
      used.add(free)
      return [name, free]
    }),
  )
}

/** The first of as many consecutive ports as each needs, from the one where pages are looked for; none of those that are taken. */
export function pageRanges(
  names: readonly string[],
  count: number,
  taken: readonly number[],
): ReadonlyMap<string, number> {
  let next = pagePort
  return new Map(
    names.map((name) => {
      const isFree = (from: number) => !taken.some((port) => port >= from && port < from + count)
      while (!isFree(next)) next += 1
      const first = next
      next += count
      return [name, first]
    }),
  )
}
