import { connect } from "@dagger.io/dagger"
import { withoutTrace } from "./dagger.ts"

/** What a query gave: data, or the first error as a client gets it. */
export interface Answer {
  readonly data?: unknown
  readonly error?: { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }
}

export type Ask = (query: string) => Promise<Answer>

interface Failure {
  readonly response?: { readonly errors?: readonly Required<Answer>["error"][] }
}

/**
 * Opens one session, serves a module in it, and asks. Cheaper than a CLI call for each question, and shows errors as
 * another module gets them.
 * @param directory absolute path of the module
 */
export async function inSession<T>(directory: string, use: (ask: Ask) => Promise<T>): Promise<T> {
  const results: T[] = []
  await connect(
    async (client) => {
      const gql = client.getGQLClient()
      await gql.request("query($ref: String!) { moduleSource(refString: $ref) { asModule { serve } } }", {
        ref: directory,
      })
      const ask: Ask = async (query) => {
        try {
          return { data: await gql.request(query) }
        } catch (error) {
          return { error: firstError(error) }
        }
      }
      results.push(await use(ask))
    },
    { LoadWorkspaceModules: false },
  )
  const [result] = results
  if (result === undefined) throw new Error("the session ended without a result")
  return result
}

/** Without what differs from run to run: the address of the trace. */
function firstError(error: unknown): Required<Answer>["error"] {
  const [first] = (error as Failure).response?.errors ?? []
  if (!first) throw error
  const { _type, cmd, exitCode, stdout, stderr } = first.extensions ?? {}
  const extensions = Object.entries({ _type, cmd, exitCode, stdout, stderr }).filter(
    ([, value]) => value !== undefined,
  )
  return { message: withoutTrace(first.message), extensions: Object.fromEntries(extensions) }
}

/**
 * Asks for the fields of an object a few at a time, and puts the answers together: each may be a process of its own.
 * @param query one object whose fields are written one per line: `{`, `object(…) {`, fields, `}`, `}`
 * @param size fields at a time
 */
export async function askInParts(ask: Ask, query: string, size: number): Promise<Answer> {
  const lines = query.trim().split("\n")
  const [opening, object, ...rest] = lines
  const fields = rest.slice(0, -2)
  const found: Record<string, unknown> = {}
  for (let start = 0; start < fields.length; start += size) {
    const { data, error } = await ask(
      [opening, object, ...fields.slice(start, start + size), "} }"].join("\n"),
    )
    if (error) return { error }
    for (const value of Object.values(data as Record<string, object>)) Object.assign(found, value)
  }
  return { data: found }
}
