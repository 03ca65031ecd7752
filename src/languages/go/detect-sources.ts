/** What the code of a Go program says about the port that it listens on, and the path that tells its health. Pure. */

export interface GoFile {
  /** Relative to the source root. */
  readonly path: string
  readonly text: string
}

/** Something that is said for certain, and where. */
interface Said<T> {
  readonly value: T
  readonly path: string
  /** As the code has it. */
  readonly text: string
}

/** Names of a program's own port or address, without what parts their words: `http-port`, `LISTEN_ADDR`, `server.port`. */
const ofItself =
  /^(?:(?:http|server|srv|listen|listener|web|app|api|service|bind|main|default|serve)*(?:port|addr|address|bindaddress|listenaddress)|listen|bind|httplisten|weblisten)$/

/** In such a statement, an address is of something beside the service. */
const ofAnother =
  /metric|prometheus|pprof|debug|probe|admin|grpc|health|redis|postgres|mysql|mongo|kafka|smtp/i

/** `flag.Int("port", 8080, …)`, `fs.StringVarP(&addr, "addr", "a", ":8080", …)`, `getenv("PORT", "8080")`. */
const named =
  /\(\s*(?:&[\w.]+,\s*)?"([\w.-]+)",\s*(?:"\w",\s*)?(?:"(?:0\.0\.0\.0|\[::\])?:?(\d{2,5})"|(\d{2,5}))\s*[,)]/g
/** `cli.IntFlag{Name: "port", Value: 8080}`. */
const field =
  /\bName:\s*"([\w.-]+)",[^{}]{0,300}?\bValue:\s*(?:"(?:0\.0\.0\.0|\[::\])?:?(\d{2,5})"|(\d{2,5}))/g
/** A tag of a field: `env:"PORT" envDefault:"8080"`. */
const tag =
  /\b(?:env|envconfig|mapstructure|long):"([\w.-]+)[^"`]*"[^`\n]*\b(?:default|envDefault):"(?:0\.0\.0\.0)?:?(\d{2,5})"/g
/** `port := "8080"`, `const defaultAddr = ":8080"`, `Addr: ":8080",`. */
const variable =
  /\b(\w+)\s*(?:\b(?:string|int|uint16)\s*)?(?::=|=|:)\s*(?:"(?:0\.0\.0\.0|\[::\])?:?(\d{2,5})"|(\d{2,5})),?\s*(?:\/\/.*)?$/gm

/** The port by the name of what has it, else by the one address that is listened on. */
export function portIn(all: readonly GoFile[]): Said<number> | "several" | null {
  const files = all.map(withoutComments)
  const byName = files.flatMap(({ path, text }) =>
    [named, field, tag, variable].flatMap((pattern) =>
      [...text.matchAll(pattern)].flatMap(([, name = "", a, b]) =>
        ofItself.test(name.toLowerCase().replaceAll(/[._-]/g, ""))
          ? [{ path, value: Number(a ?? b), text: `${name} is ${a ?? b}` }]
          : [],
      ),
    ),
  )
  return only(byName) ?? only(files.flatMap(addressesIn))
}

function addressesIn({ path, text }: GoFile): readonly Said<number>[] {
  return text
    .split(/[;\n]/)
    .filter((statement) => !ofAnother.test(statement))
    .flatMap((statement) =>
      [...statement.matchAll(/"(?:0\.0\.0\.0|\[::\])?:(\d{2,5})"/g)].map(([, port]) => ({
        ...{ path, value: Number(port), text: `":${port}"` },
      })),
    )
}

function withoutComments({ path, text }: GoFile): GoFile {
  return { path, text: text.replaceAll(/^\s*\/\/.*$/gm, "") }
}

function only(found: readonly Said<number>[]): Said<number> | "several" | null {
  const [first, ...others] = found.filter(({ value }) => value > 0 && value < 65_536)
  if (first === undefined) return null
  return others.some(({ value }) => value !== first.value) ? "several" : first
}

/** Health checks by their names; of several, the first of this order. */
const healthNames = ["healthz", "health", "livez", "readyz", "ready", "live", "ping", "status"]

const route =
  /(\w+)\.(?:Handle|HandleFunc|HandlerFunc|GET|Get|Any|Head|HEAD)\(\s*(?:[\w.]+\(\s*)?"(?:GET )?(\/(?:[\w-]+\/)*([a-z]+))"/g

/** A path that the program answers itself: one of a group of routes has the group's path in front. */
export function healthIn(files: readonly GoFile[]): Said<string> | null {
  const found = files.map(withoutComments).flatMap(({ path, text }) => {
    // A router in a function has the name of the one that it is part of.
    if (/\.(?:Route|Mount)\(\s*"/.test(text)) return []
    const parts = [...text.matchAll(/(\w+)\s*:?=[^=\n]*\.(?:Group|Subrouter)\(/g)].map(([, name]) => name)
    return [...text.matchAll(route)].flatMap(([, of, value = "", name = ""]) =>
      parts.includes(of) ? [] : [{ path, value, name, text: value }],
    )
  })
  return (
    healthNames.map((name) => found.find((one) => one.name === name)).find((one) => one !== undefined) ?? null
  )
}

/** Packages that a file imports. */
export function importsOf(text: string): readonly string[] {
  const [head = ""] = text.split(/^(?:func|type|var|const)\b/m)
  return [...head.matchAll(/^(?:import\s+)?\s*(?:[\w.]+\s+)?"([^"\s]+)"/gm)].map(([, path = ""]) => path)
}
