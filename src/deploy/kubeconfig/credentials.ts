import { X509Certificate } from "node:crypto"
import { type Digest, type ErrorDetail, SignalboxError, sha256 } from "../../domain/index.ts"
import type { RawAccess } from "./read.ts"

/** What is left of a kubeconfig: one server, one CA, one inline credential. */
export interface Credentials {
  /** `https://host:port[/path]` that is dialled. */
  readonly server: string
  /** Host name that the server's certificate must carry, where it is not the dialled one. */
  readonly tlsServerName: string | null
  /** PEM. */
  readonly ca: string
  readonly auth:
    | { readonly kind: "token"; readonly token: string }
    | { readonly kind: "certificate"; readonly certificate: string; readonly key: string }
}

export interface Pins {
  readonly server: string | null
  /** SHA-256 of the CA certificate's DER form: then no other CA of the kubeconfig is trusted. */
  readonly caFingerprint: string | null
}

const wayOut =
  "pass a kubeconfig with an inline CA and a token (a plugin's token can come in by a cmd:// secret)"
const serverKeys = new Set([
  "server",
  "certificate-authority-data",
  "tls-server-name",
  "disable-compression",
  "extensions",
])
const userKeys = new Set(["token", "client-certificate-data", "client-key-data", "extensions"])

/**
 * Takes over only what is inline and verifiable.
 * @param override address that replaces the server's; the certificate is still checked against the original host.
 * @throws KUBECONFIG_REFUSED for plugins, file references, skipped verification, plain HTTP, and pins that differ.
 */
export function credentialsOf(raw: RawAccess, pins: Pins, override: string | null = null): Credentials {
  refuseDangers(raw)
  const server = httpsServer(text(raw.cluster.server))
  if (raw.cluster["certificate-authority-data"] === undefined) throw withoutCa()
  const ca = certificates(raw.cluster["certificate-authority-data"], "certificate-authority-data")
  const trusted = checkPins(server, ca, pins)
  const named = text(raw.cluster["tls-server-name"])
  const original = named === "" ? withoutBrackets(server.hostname) : named
  const dialled = override === null ? server : httpsServer(override)
  return {
    server: dialled.href.replace(/\/$/, ""),
    tlsServerName: original === withoutBrackets(dialled.hostname) ? null : original,
    ca: trusted.map((one) => one.toString()).join(""),
    auth: authOf(raw.user),
  }
}

/** What of them no report, log or error may show. */
export function secretsOfCredentials({ auth }: Credentials): readonly string[] {
  return [auth.kind === "token" ? auth.token : auth.key]
}

/** SHA-256 fingerprint of a CA: of the first certificate in a PEM text. */
export function caFingerprint(pemText: string): Digest {
  return fingerprint(new X509Certificate(pemText))
}

function fingerprint(certificate: X509Certificate): Digest {
  return sha256(certificate.raw)
}

/** An IPv6 address as certificates and sockets name it: a URL puts it in brackets. */
export function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1")
}

function refuseDangers(raw: RawAccess): void {
  const { cluster, user } = raw
  if (cluster["insecure-skip-tls-verify"] === true)
    throw refused("the kubeconfig skips TLS verification", "insecure-skip-tls-verify is set")
  for (const plugin of ["exec", "auth-provider"])
    if (user[plugin] !== undefined)
      throw refused("the kubeconfig runs a program for its credential", `users[].${plugin}`)
  for (const file of ["certificate-authority", "client-certificate", "client-key", "tokenFile"])
    if (cluster[file] !== undefined || user[file] !== undefined)
      throw refused("the kubeconfig refers to a file", `${file} names a path; its content is needed inline`)
  if (user.username !== undefined || user.password !== undefined)
    throw refused("the kubeconfig uses a password", "Kubernetes no longer accepts basic authentication")
  const unknown = [
    ...Object.keys(cluster).filter((key) => !serverKeys.has(key) && key !== "insecure-skip-tls-verify"),
    ...Object.keys(user).filter((key) => !userKeys.has(key)),
  ]
  if (unknown.length > 0)
    throw refused("the kubeconfig uses settings that are not taken over", unknown.sort().join(", "))
}

function authOf(user: RawAccess["user"]): Credentials["auth"] {
  const token = text(user.token)
  if (token !== "") {
    if (!/^[\x21-\x7e]+$/.test(token))
      throw refused("the kubeconfig's token has characters that no token has")
    return { kind: "token", token }
  }
  if (user["client-certificate-data"] === undefined || user["client-key-data"] === undefined)
    throw refused(
      "the kubeconfig has no credential",
      "neither token nor client-certificate-data with client-key-data",
    )
  return {
    kind: "certificate",
    certificate: certificates(user["client-certificate-data"], "client-certificate-data")
      .map((one) => one.toString())
      .join(""),
    key: pem(user["client-key-data"], "client-key-data"),
  }
}

/** The trust of the machine that happens to run the driver is none that an environment can pin. */
function withoutCa(): SignalboxError {
  return refused(
    "the kubeconfig has no CA",
    "certificate-authority-data is missing: the roots of this machine are not trusted for a cluster",
    "add the PEM of the CA that signed the API server's certificate (a public root, too) in base64 as certificate-authority-data",
  )
}

/** The CAs to trust: of a bundle, nothing but the one that is pinned. */
function checkPins(server: URL, ca: readonly X509Certificate[], pins: Pins): readonly X509Certificate[] {
  if (pins.server !== null && new URL(pins.server).origin !== server.origin)
    throw refused(
      "this kubeconfig is for another cluster",
      `its server is ${server.origin}, the environment pins ${pins.server}`,
      "pass the kubeconfig of the pinned cluster, or change cluster.server of the environment",
    )
  if (pins.caFingerprint === null) return ca
  const pinned = ca.find((one) => fingerprint(one) === pins.caFingerprint)
  if (pinned !== undefined) return [pinned]
  throw refused(
    "this kubeconfig is for another cluster",
    `its CA is ${ca.map(fingerprint).join(" and ")}, the environment pins ${pins.caFingerprint}`,
    "pass the kubeconfig of the pinned cluster, or change cluster.caFingerprint of the environment",
  )
}

function httpsServer(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : null
  if (url === null || url.protocol !== "https:")
    throw refused(
      "the API server is not reached by https",
      url === null ? "server is not a URL" : url.protocol,
    )
  if (url.username !== "" || url.password !== "") throw refused("the server's address carries a password")
  return url
}

function pem(value: unknown, name: string): string {
  const decoded = typeof value === "string" ? Buffer.from(value, "base64").toString("utf8") : ""
  if (!decoded.includes("-----BEGIN "))
    throw refused(`the kubeconfig has no usable ${name}`, "expected base64 of PEM")
  return decoded
}

function certificates(value: unknown, name: string): readonly X509Certificate[] {
  const blocks = pem(value, name).match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) throw refused(`the kubeconfig has no usable ${name}`, "it holds no certificate")
  return blocks.map((block) => {
    try {
      return new X509Certificate(block)
    } catch (cause) {
      const why = `one of its ${blocks.length} certificates cannot be read`
      throw refused(`the kubeconfig has no usable ${name}`, why, wayOut, cause)
    }
  })
}

function text(value: unknown): string {
  return typeof value === "string" ? value.trim() : ""
}

function refused(what: string, why?: string, next = wayOut, cause?: unknown): SignalboxError {
  const detail: ErrorDetail = why === undefined ? { what, next } : { what, why, next }
  return new SignalboxError("KUBECONFIG_REFUSED", detail, { cause })
}
