import { chmodSync, readFileSync, writeFileSync } from "node:fs"
import type { KeyPair } from "./certificate.ts"

/** Who a client of the API server is. */
export type Identity = { readonly certificate: string; readonly key: string } | { readonly token: string }

export interface KubeconfigOptions {
  /** `https://host:port` */
  readonly server: string
  /** The authority's certificate, PEM. */
  readonly authority: string
  readonly identity: Identity
  /** Names the context, its cluster and its user. Default: `signalbox`. */
  readonly name?: string
  /** Default: `default`. */
  readonly namespace?: string
}

/** A kubeconfig with everything inline, as JSON (which is YAML too): it refers to no file and runs no plugin. */
export function kubeconfig(options: KubeconfigOptions): string {
  const name = options.name ?? "signalbox"
  const { identity } = options
  const user =
    "token" in identity
      ? { token: identity.token }
      : { "client-certificate-data": base64(identity.certificate), "client-key-data": base64(identity.key) }
  const cluster = { server: options.server, "certificate-authority-data": base64(options.authority) }
  const context = { cluster: name, user: name, namespace: options.namespace ?? "default" }
  const document = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster }],
    users: [{ name, user }],
    contexts: [{ name, context }],
    "current-context": name,
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** The identity in a key pair's files. */
export function identityOf(pair: KeyPair): Identity {
  return { certificate: readFileSync(pair.certificate, "utf8"), key: readFileSync(pair.key, "utf8") }
}

/** Writes a file that its owner alone can read, whatever mode an earlier one had. */
export function writePrivate(path: string, content: string): void {
  writeFileSync(path, content, { mode: 0o600 })
  chmodSync(path, 0o600)
}

const base64 = (text: string): string => Buffer.from(text).toString("base64")
