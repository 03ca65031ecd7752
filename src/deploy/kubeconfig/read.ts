import { parse } from "yaml"
import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"

const clusterEntry = z.looseObject({ server: z.string().optional() })
const userEntry = z.looseObject({})

const shape = z.looseObject({
  "current-context": z.string().optional(),
  contexts: z.array(
    z.looseObject({
      name: z.string(),
      context: z.looseObject({ cluster: z.string(), user: z.string(), namespace: z.string().optional() }),
    }),
  ),
  clusters: z.array(z.looseObject({ name: z.string(), cluster: clusterEntry })),
  users: z.array(z.looseObject({ name: z.string(), user: userEntry })),
})

/** The current context's cluster and user, as they were written; nothing is trusted yet. */
export interface RawAccess {
  readonly cluster: Readonly<Record<string, unknown>>
  readonly user: Readonly<Record<string, unknown>>
}

/** @throws KUBECONFIG_REFUSED when the text is not a kubeconfig with a usable current context. Never quotes it. */
export function readKubeconfig(text: string): RawAccess {
  const parsed = shape.safeParse(parseYaml(decode(text)))
  if (!parsed.success) {
    const paths = parsed.error.issues.map((issue) => issue.path.join(".") || "document").slice(0, 3)
    throw refused("this is not a kubeconfig", `missing or malformed: ${paths.join(", ")}`)
  }
  const config = parsed.data
  const only = config.contexts.length === 1 ? config.contexts[0] : undefined
  // `kubectl config set-…` leaves an empty one; with a single context it is clear which is meant.
  const named = config["current-context"] ?? ""
  const name = named === "" ? only?.name : named
  if (name === undefined)
    throw refused("the kubeconfig has no current-context", "set one, or give a file with a single context")
  const context = config.contexts.find((one) => one.name === name)?.context
  const cluster = config.clusters.find((one) => one.name === context?.cluster)?.cluster
  const user = config.users.find((one) => one.name === context?.user)?.user
  if (cluster === undefined || user === undefined)
    throw refused("the kubeconfig's current context names a cluster or user that it does not contain")
  return { cluster, user }
}

/** CI secrets carry the file in base64; both forms are taken. */
function decode(text: string): string {
  const compact = text.replaceAll(/\s+/g, "")
  const looksEncoded = compact.length >= 16 && /^[A-Za-z0-9+/]+={0,2}$/.test(compact)
  return looksEncoded ? Buffer.from(compact, "base64").toString("utf8") : text
}

function parseYaml(text: string): unknown {
  if (text.trim() === "")
    throw refused("the kubeconfig is empty", "pass the file's content, plain or in base64")
  try {
    return parse(text, { maxAliasCount: 0 })
  } catch {
    // The parser's message quotes the line it stumbled over, which may hold a credential.
    throw refused("the kubeconfig is neither YAML nor base64 of YAML")
  }
}

function refused(what: string, why?: string): SignalboxError {
  return new SignalboxError("KUBECONFIG_REFUSED", {
    what,
    ...(why === undefined ? {} : { why }),
    next: "pass a kubeconfig with an inline CA and a token or an inline client certificate",
  })
}
