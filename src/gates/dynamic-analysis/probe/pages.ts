/** The pages of a service: those that are named, what they lead to, and what they name themselves. */
import { addressesIn } from "./html.ts"
import { addressOf, isOwn, named, type Observer, type Seen, shown, withoutValues } from "./observe.ts"
import type { ProbeReport } from "./report.ts"
import { sourceMapOf } from "./signs.ts"

const mostHops = 10
const mostDirectories = 100
const mostMaps = 20

export interface Walked {
  readonly loops: readonly string[]
  readonly notFollowed: ProbeReport["notFollowed"]
}

/** Asks for all of them, breadth first, each once. */
export async function walk(observer: Observer): Promise<Walked> {
  const { request } = observer
  const known = new Set(request.paths)
  const asked = new Map<string, Seen | undefined>()
  const loops: string[] = []
  const queue: string[] = []
  const maps = new Set<string>()

  const once = async (purpose: "page" | "linked", path: string): Promise<Seen | undefined> => {
    if (asked.has(path)) return asked.get(path)
    const seen = await observer.send(purpose, { method: "GET", path })
    asked.set(path, seen)
    if (seen === undefined) return undefined
    const found = namedBy(seen, observer, path).filter((one) => !known.has(one))
    for (const one of new Set(found)) queue.push(one)
    for (const one of found) known.add(one)
    const map = mapOf(seen, observer, path)
    if (map !== undefined) maps.add(map)
    return seen
  }
  const look = async (purpose: "page" | "linked", start: string): Promise<void> => {
    const way = new Set<string>()
    for (let path = start; ; ) {
      if (way.has(path) || way.size > mostHops) {
        loops.push(named(start, purpose, request))
        return
      }
      way.add(path)
      const location = (await once(purpose, path))?.location
      if (location === undefined || !isOwn(location, request)) return
      path = `${location.pathname}${location.search}`
      known.add(path)
    }
  }

  for (const path of request.paths) await look("page", path)
  for (let followed = 0; followed < request.follow; followed++) {
    const next = queue.shift()
    if (next === undefined) break
    await look("linked", next)
  }
  const unlisted = await directories(observer, [...asked.keys()])
  const [now, later] = [[...maps].slice(0, mostMaps), [...maps].slice(mostMaps)]
  for (const path of now) await observer.send("source-map", { method: "GET", path })
  const rest = [...queue.filter((path) => !asked.has(path)), ...unlisted, ...later]
  const [first] = rest
  return {
    loops,
    notFollowed: {
      count: rest.length,
      ...(first === undefined ? {} : { first: shown(withoutValues(first)) }),
    },
  }
}

/** Paths of the service itself that a page names; what is behind a # is on the page itself. */
function namedBy({ tags }: Seen, { request }: Observer, path: string): string[] {
  return addressesIn(tags).flatMap((text) => {
    const address = addressOf(text, request, path)
    if (address === undefined || !isOwn(address, request)) return []
    return `${address.pathname}${address.search}`
  })
}

function mapOf({ answer, body, sourceMap }: Seen, { request }: Observer, path: string): string | undefined {
  const type = answer.headers["content-type"] ?? ""
  if (answer.status !== 200 || !/javascript|css/i.test(type)) return undefined
  // The end of a long one was not read: its map lies beside it by custom.
  const beside = answer.cut ? `${path.split("?")[0]}.map` : undefined
  const named = sourceMapOf(body.toString("utf8"), sourceMap) ?? beside
  const address = named === undefined ? undefined : addressOf(named, request, path)
  return address !== undefined && isOwn(address, request) ? `${address.pathname}${address.search}` : undefined
}

/** Directories in which something lies that was asked for: a server may list them. @returns those that were not asked for */
async function directories(observer: Observer, paths: readonly string[]): Promise<readonly string[]> {
  const above = paths.flatMap((path) => {
    const parts = (path.split("?")[0] ?? "").split("/").slice(1, -1)
    return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}/`)
  })
  const wanted = [...new Set(above)].filter((path) => !paths.includes(path))
  for (const path of wanted.slice(0, mostDirectories))
    await observer.send("directory", { method: "GET", path })
  return wanted.slice(mostDirectories)
}
