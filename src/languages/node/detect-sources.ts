import { isSourceFile } from "./source-files.ts"

/** What the sources of a service say for certain, and where. */
export interface Said<T> {
  readonly value: T
  readonly file: string
}

/** The port, or why none is certain. */
export type PortSaid = Said<number> | { readonly several: readonly Said<number>[] } | null

/** Variables that tell a service its own port. */
const own = String.raw`\b(?:HTTP_|APP_|SERVER_|LISTEN_)?PORT\b`
/** `PORT ?? 3000`, `process.env.PORT || "3000"`, `parseInt(process.env.PORT, 10) || 3000`. */
const byVariable = new RegExp(
  String.raw`${own}["'\])]*(?:\s*,\s*10\s*\)|\))*\s*(?:\|\||\?\?)\s*["']?(\d{2,5})\b`,
  "g",
)
/** `process.env.PORT ? parseInt(process.env.PORT, 10) : 3000`. */
const byCondition = new RegExp(
  String.raw`${own}["'\])]*\s*\?\s*(?:parseInt|Number|\+)[^:?]{0,80}?${own}[^:?]{0,40}:\s*["']?(\d{2,5})\b`,
  "g",
)
/** `PORT: Joi.number().default(3000)`, `PORT: port({ default: 3000 })`, as validators have it. */
const byDefault = new RegExp(
  String.raw`${own}["']?\s*:[^,\n]{0,120}?\bdefault\s*[(:]\s*["']?(\d{2,5})\b`,
  "g",
)
/** `[process.env.PORT, 3000].find(…)`. */
const byList = new RegExp(String.raw`${own}["'\]]*\s*,\s*["']?(\d{2,5})["']?\s*\]`, "g")
/** `app.listen(3000`, `.listen({ port: 3000`. */
const byListen = /\.listen\(\s*(?:\{[^{}]{0,200}?\bport\s*:\s*)?(\d{2,5})\b/g

/** The one port that the sources name; several ones are told, because one of them may be of a client. */
export function portIn(sources: ReadonlyMap<string, string>): PortSaid {
  const found = new Map<number, Said<number>>()
  for (const [file, text] of sources)
    for (const pattern of [byVariable, byCondition, byDefault, byList, byListen])
      for (const [, digits] of text.matchAll(pattern)) {
        const value = Number(digits)
        if (value > 0 && value < 65_536 && !found.has(value)) found.set(value, { value, file })
      }
  const all = [...found.values()]
  const [only] = all
  if (only === undefined) return null
  return all.length === 1 ? only : { several: all }
}

/** Routes that are health checks by their names; of several, the first of this order. */
export const healthPaths: readonly string[] = [
  ...["/health", "/healthz", "/readyz", "/ready", "/livez", "/health/ready", "/healthcheck", "/health-check"],
  ...[
    "/_health",
    "/api/health",
    "/api/healthz",
    "/status",
    "/ping",
    "/api/ping",
    "/heartbeat",
    "/api/heartbeat",
  ],
]
/**
 * A route of the application itself. That of a router (`router.get`) has the path in front of it that the router is mounted
 * at, which is somewhere else.
 */
const route = /\b(?:app|server|fastify|instance)\.(?:get|all)\(\s*["'`](\/[\w/-]+)["'`]/g
/** Its prefix would be in front of every route of the file. */
const hasPrefix = /\bprefix\s*:|setGlobalPrefix\(/

/** The health path, where a route of the application names one. */
export function healthIn(sources: ReadonlyMap<string, string>): Said<string> | null {
  if ([...sources.values()].some((text) => hasPrefix.test(text))) return null
  const found = [...sources].flatMap(([file, text]) =>
    [...text.matchAll(route)].map(([, value = ""]) => ({ value, file })),
  )
  for (const path of healthPaths) {
    const said = found.find(({ value }) => value === path)
    if (said !== undefined) return said
  }
  return null
}

/** Files of a component that hold its code, without what packages and tests brought. */
export function codeFilesOf(path: string, paths: readonly string[]): readonly string[] {
  const below = path === "." ? "" : `${path}/`
  return paths.filter((one) => one.startsWith(below) && isCode(one.slice(below.length)))
}

/** `src/app.config.ts` is the service's own, as Nest has it; `vite.config.ts` beside package.json is a tool's. */
function isCode(path: string): boolean {
  return (
    isSourceFile(path) || (path.includes("/") && isSourceFile(path.replace(/\.config(\.[cm]?[jt]s)$/, "$1")))
  )
}
