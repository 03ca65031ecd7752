/** The port that an image serves at, as its Dockerfile says it. Pure. */
import type { Instruction } from "./instructions.ts"

interface Said {
  readonly value: number
  readonly because: string
}

/** Variables that tell a program its own port. */
const ownVariables = ["PORT", "HTTP_PORT", "SERVER_PORT", "APP_PORT", "LISTEN_PORT"]

/**
 * The one port that is exposed; of several, or of none, the one that its health check asks, that a variable tells its
 * program, or that its command names.
 * @param stage instructions of the image: its last stage, and the stages of the same file that this one begins with.
 */
export function portIn(stage: readonly Instruction[]): Said | undefined {
  const values = variablesOf(stage)
  const exposed = [...new Set(stage.flatMap(({ text }) => exposedBy(text, values)))]
  const [only, other] = exposed
  if (only !== undefined && other === undefined) return { value: only, because: `EXPOSE ${only}` }
  const named = [healthPort(stage), variablePort(values), commandPort(stage)].flatMap((one) => one ?? [])
  return exposed.length === 0 ? named[0] : named.find(({ value }) => exposed.includes(value))
}

function exposedBy(text: string, values: ReadonlyMap<string, string>): readonly number[] {
  if (!/^EXPOSE\s/i.test(text)) return []
  const filled = text.replaceAll(
    /\$(?:\{(\w+)(?::-(\d+))?\}|(\w+))/g,
    (whole, braced?: string, otherwise?: string, plain?: string) =>
      values.get(braced ?? plain ?? "") ?? otherwise ?? whole,
  )
  return [...filled.matchAll(/\s(\d{1,5})(?:\/tcp)?(?=\s|$)/gi)].map(([, one]) => Number(one))
}

/** Literal values of ENV, and of ARG by its default. */
function variablesOf(stage: readonly Instruction[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const { text } of stage) {
    const [, rest = ""] = /^(?:ENV|ARG)\s+(.*)$/i.exec(text) ?? []
    const [, single = "", value = ""] = /^(\w+)\s+(\d+)$/.exec(rest) ?? []
    if (single !== "") values.set(single, value)
    for (const [, name = "", one = ""] of rest.matchAll(/(?:^|\s)(\w+)=["']?([^\s"']*)/g))
      values.set(name, one)
  }
  return values
}

const command = (stage: readonly Instruction[], word: RegExp): string =>
  stage.findLast(({ text }) => word.test(text))?.text ?? ""

function healthPort(stage: readonly Instruction[]): Said | undefined {
  const check = command(stage, /^HEALTHCHECK\s/i)
  const [, port] = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):(\d{2,5})\b/.exec(check) ?? []
  return port === undefined ? undefined : { value: Number(port), because: `HEALTHCHECK asks ${port}` }
}

function variablePort(values: ReadonlyMap<string, string>): Said | undefined {
  for (const name of ownVariables) {
    const value = values.get(name) ?? ""
    if (/^\d{2,5}$/.test(value)) return { value: Number(value), because: `ENV ${name}=${value}` }
  }
  return undefined
}

/** `--port 8000`, `--bind=0.0.0.0:8000`, `runserver 0.0.0.0:8000`, in either form of CMD. */
const option =
  /(?:--(?:(?:http|server|web|listen)[-_.])?(?:port|bind|listen|addr|address)|\bgunicorn .*\s-b|\brunserver)[\s=]+(?:[\w.*[\]:]*:)?(\d{2,5})\b/
/** Servers that need not be told. */
const byThemselves = [
  { starts: /\bfastapi run\b|\bgunicorn\b/, port: 8000, hasOwn: /\s--?(?:p|port|b|bind|c|config)\b/ },
]

function commandPort(stage: readonly Instruction[]): Said | undefined {
  const text = `${command(stage, /^ENTRYPOINT\s/i)} ${command(stage, /^CMD\s/i)}`
    .replaceAll(/[[\]",]+/g, " ")
    .replaceAll(/\s+/g, " ")
  const [named, port] = option.exec(text) ?? []
  if (port !== undefined) return { value: Number(port), because: `its command has ${named?.trim()}` }
  const server = byThemselves.find(({ starts, hasOwn }) => starts.test(text) && !hasOwn.test(text))
  if (server === undefined || text.includes("$")) return undefined
  return { value: server.port, because: `${server.starts.exec(text)?.[0]} listens on ${server.port}` }
}
