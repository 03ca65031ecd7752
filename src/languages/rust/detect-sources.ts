/** What the code of a Rust program says about the port that it listens on, and the path that tells its health. Pure. */
import type { Assumed } from "../detected.ts"
import { component } from "./schema.ts"

export interface SourceText {
  readonly path: string
  readonly text: string
}

interface Said<T> {
  readonly value: T
  readonly path: string
  readonly text: string
}

const ownName = /^(?:(?:http|server|listen|bind|app|web)_)?port$/i

/** `#[arg(long, default_value = "8080")] pub port: u16`, as Clap has it. */
const argument =
  /#\[(?:arg|clap|structopt)\(([^\]]*)\)\]\s*(?:\/\/\/[^\n]*\s*)*(?:pub(?:\([^)]*\))?\s+)?(\w+)\s*:\s*u16/g
/** `env::var("PORT").unwrap_or("8080".into())`, with whatever reads a number of it between them. */
const variable = /\bvar\(\s*"(\w+)"\s*\)[^;]{0,160}?\bunwrap_or(?:_else)?\(\s*(?:\|\w*\|\s*)?"?(\d{2,5})\b/g
/** `"0.0.0.0:8080"`, `([0, 0, 0, 0], 8080)`, `("0.0.0.0", 8080)`. */
const address = /"(?:0\.0\.0\.0|\[::\]):(\d{2,5})"|\((?:\[0, 0, 0, 0\]|"0\.0\.0\.0"), (\d{2,5})\)/g

/** The port by the name of what has it, else by the one address that is listened on. */
export function portIn(sources: readonly SourceText[]): readonly Assumed[] {
  const own = sources.map(withoutTests)
  const found = only(own.flatMap(namedIn)) ?? only(own.flatMap(addressesIn))
  if (found === undefined || found === "several") return []
  return accepted({ setting: "port", value: found.value, because: `${found.path}: ${found.text}` })
}

function namedIn({ path, text }: SourceText): readonly Said<number>[] {
  const byArgument = [...text.matchAll(argument)].map(([, options = "", name = ""]) => ({
    ...{ name, digits: /\bdefault_value(?:_t)?\s*=\s*"?(\d{2,5})\b/.exec(options)?.[1] },
  }))
  const byVariable = [...text.matchAll(variable)].map(([, name = "", digits]) => ({ name, digits }))
  return [...byArgument, ...byVariable].flatMap(({ name, digits }) =>
    digits === undefined || !ownName.test(name)
      ? []
      : [{ path, value: Number(digits), text: `${name} is ${digits}` }],
  )
}

function addressesIn({ path, text }: SourceText): readonly Said<number>[] {
  return [...text.matchAll(address)].map(([, a, b]) => ({ path, value: Number(a ?? b), text: `${a ?? b}` }))
}

function only(found: readonly Said<number>[]): Said<number> | "several" | undefined {
  const [first, ...others] = found
  return others.some(({ value }) => value !== first?.value) ? "several" : first
}

/** What is there for tests alone, and in comments, runs nowhere. */
function withoutTests({ path, text }: SourceText): SourceText {
  const [own = ""] = text.split(/^\s*#\[cfg\(test\)\]/m)
  return { path, text: own.replaceAll(/^\s*\/\/(?!\/).*$/gm, "") }
}

const name = String.raw`(\/(?:[\w-]+\/)*(?:healthz?|livez|readyz|ready|live|ping|status))`
/** `.route("/healthz", …)`, `#[get("/healthz")]`, `(&Method::GET, "/healthz") =>`. */
const route = new RegExp(String.raw`(?:\.(?:route|at|get)|\bresource|#\[get)\(\s*"${name}"|"${name}"\)?\s*=>`)

/** A route of the program, as long as no path stands in front of the routes of its file. */
export function healthIn(sources: readonly SourceText[]): readonly Assumed[] {
  for (const { path, text } of sources.map(withoutTests)) {
    const [, called, matched] = route.exec(text) ?? []
    const value = called ?? matched
    if (value !== undefined && !/\.nest\(|\bscope\(/.test(text))
      return accepted({ setting: "health", value, because: `${path}: ${value}` })
  }
  return []
}

/** What a component cannot say is no setting: the default is then told. */
export function accepted(one: Assumed): readonly Assumed[] {
  const shape = component.shape[one.setting as keyof typeof component.shape]
  return shape.safeParse(one.value).success ? [one] : []
}
