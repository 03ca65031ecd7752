/** What the caller of the node program decides; everything else is the same for every cluster. */
export interface Settings {
  /** DNS names of the API server's certificate, besides those that every cluster has. */
  readonly names: readonly string[]
  /** Admin bearer token, for a caller that has to know its credentials before the cluster exists. */
  readonly token: string | undefined
  /** Registries spoken to in plain HTTP, as `host:port`. */
  readonly plainRegistries: readonly string[]
  /** Waits for the disk on every write of etcd, so that the state survives a power cut. */
  readonly durable: boolean
}

/** The environment variables that the program reads, by setting. */
export const variables = {
  names: "CLUSTER_NAMES",
  token: "CLUSTER_TOKEN",
  plainRegistries: "CLUSTER_PLAIN_REGISTRIES",
  durable: "CLUSTER_DURABLE",
} as const

const shortestToken = 32

/**
 * Reads the settings from the environment. Lists are separated by commas.
 * @throws Error that names the variable and what it must look like
 */
export function settingsFrom(environment: Readonly<Record<string, string | undefined>>): Settings {
  const token = environment[variables.token] || undefined
  if (token !== undefined && (token.length < shortestToken || !/^[\w.~+/=-]+$/.test(token)))
    throw new Error(
      `${variables.token} must be ${shortestToken} or more letters, digits or any of _ . ~ + / = -`,
    )
  const durable = environment[variables.durable] ?? "false"
  if (durable !== "true" && durable !== "false")
    throw new Error(`${variables.durable} must be true or false, not ${durable}`)
  return {
    names: list(environment[variables.names]),
    token,
    plainRegistries: list(environment[variables.plainRegistries]),
    durable: durable === "true",
  }
}

function list(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
}
