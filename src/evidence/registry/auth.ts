/** User and password or token for a registry; absent for anonymous access. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

export interface Challenge {
  readonly scheme: "basic" | "bearer"
  readonly parameters: Readonly<Record<string, string>>
}

/** Reads a `WWW-Authenticate` header (RFC 9110, section 11.6.1); undefined for a scheme other than basic and bearer. */
export function parseChallenge(header: string | null): Challenge | undefined {
  const match = /^\s*(basic|bearer)\s*(.*)$/i.exec(header ?? "")
  if (match === null) return undefined
  const parameters: Record<string, string> = {}
  for (const part of (match[2] ?? "").matchAll(/([a-z_]+)="([^"]*)"/gi))
    parameters[part[1] ?? ""] = part[2] ?? ""
  return { scheme: match[1]?.toLowerCase() === "basic" ? "basic" : "bearer", parameters }
}

export function basic(credentials: Credentials): string {
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`
}

/** The URL that issues a bearer token (distribution token specification); undefined where the challenge names none. */
export function tokenUrl(challenge: Challenge, repository: string, actions: string): URL | undefined {
  const { realm, service } = challenge.parameters
  if (challenge.scheme !== "bearer" || realm === undefined) return undefined
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set("service", service)
  url.searchParams.set("scope", `repository:${repository}:${actions}`)
  return url
}
