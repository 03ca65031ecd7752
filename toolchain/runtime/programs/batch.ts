/** Sends GraphQL text, as `request` of the SDK's client does. */
export type Send = (query: string) => Promise<unknown>

/** Gives the ID of what a chain of fields makes. */
export type IdOf = (chain: string) => string

/** The name of an enum's member, which a query has without quotes. */
export interface Member {
  readonly member: string
}

type Value = string | number | boolean | readonly string[] | undefined | null | Member

/** One field with its arguments; those that are undefined or null are left to their defaults. */
export function field(name: string, values: Readonly<Record<string, Value>> = {}): string {
  const given = Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `${key}: ${written(value)}`)
  return given.length > 0 ? `${name}(${given.join(", ")})` : name
}

/** JSON's strings, numbers and lists are GraphQL's as well. */
const written = (value: Value): string =>
  typeof value === "object" && value !== null && "member" in value ? value.member : JSON.stringify(value)

/** What fields of fields give: `chain(["a", "b"])` is `a { b { id } }`. */
export const chain = (fields: readonly string[]): string =>
  fields.reduceRight((inner, outer) => `${outer} { ${inner} }`, "id")

/** Stands for an ID that is not known yet; no name, comment or number contains it. */
const unknown = "\uE000?\uE000"

/**
 * The ID of a chain whose arguments are IDs of other chains, and so on. `build` is called again and again: each time
 * it gets further, and what it asked for without knowing is fetched in one request.
 */
export async function resolveChain(send: Send, build: (id: IdOf) => string): Promise<string> {
  const ids = new Map<string, string>()
  for (;;) {
    const wanted = new Set<string>()
    const id = (text: string): string => {
      const known = ids.get(text)
      if (known === undefined && !text.includes(unknown)) wanted.add(text)
      return known ?? unknown
    }
    const whole = id(build(id))
    if (whole !== unknown) return whole
    for (const [text, found] of await fetchIds(send, [...wanted])) ids.set(text, found)
  }
}

async function fetchIds(send: Send, chains: readonly string[]): Promise<[chain: string, id: string][]> {
  const query = chains.map((text, index) => `a${index}: ${text}`).join("\n")
  const answer = (await send(`{\n${query}\n}`)) as Record<string, unknown>
  return chains.map((text, index) => [text, innermost(answer[`a${index}`])])
}

/** The ID at the end of an answer with one field at each level. */
function innermost(answer: unknown): string {
  let value = answer
  while (typeof value === "object" && value !== null) value = Object.values(value)[0]
  if (typeof value !== "string") throw new Error(`no ID in ${JSON.stringify(answer)}`)
  return value
}
