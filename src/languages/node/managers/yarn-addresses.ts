/** A package's address at a registry: what stands before its name is the registry's own. */
const atSome = /^(https?:\/\/.+?\/)(?:@[^/]+(?:\/|%2f)[^/]+|[^/@]+)\/-\/[^/]+$/i
const resolvedLine = /^( {2}resolved "?)([^"\s]+)/m
const held = /^ {2}integrity \S/m
const heldByAddress = /#[0-9a-f]{40}$/i

/**
 * A lock file of yarn 1 with the addresses of one registry. It writes down where each package was when it was locked: under one of several
 * names of one registry, or at a mirror that only its author reaches. The registry that most entries name is meant by "the registry"; the
 * others are private ones, and stay. So does an entry whose content no hash holds.
 */
export function atRegistry(lock: string, registry: string): string {
  const entries = lock.split(/^(?=[^\s#])/m)
  const places = entries.map(registryOf)
  const usual = mostFrequent(places.filter((one) => one !== null))
  const to = `${registry.replace(/\/+$/, "")}/`
  if (usual === undefined || usual === to) return lock
  const moved = entries.map((entry, index) =>
    places[index] === usual
      ? entry.replace(
          resolvedLine,
          (_, key: string, address: string) => key + to + address.slice(usual.length),
        )
      : entry,
  )
  return moved.join("")
}

/** Null: it is at none, or nothing holds its content. */
function registryOf(entry: string): string | null {
  const address = resolvedLine.exec(entry)?.[2] ?? ""
  if (!held.test(entry) && !heldByAddress.test(address)) return null
  return atSome.exec(address)?.[1] ?? null
}

function mostFrequent(all: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1)
  return [...counts].reduce<readonly [string | undefined, number]>(
    (most, [one, count]) => (count > most[1] ? [one, count] : most),
    [undefined, 0],
  )[0]
}
