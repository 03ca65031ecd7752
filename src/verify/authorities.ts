import tls from "node:tls"

/** Certificates of authorities beside the public ones, as one PEM text: for programs that take a file of them. */
export function authoritiesWith(ca: string): string {
  return [...tls.rootCertificates, ca.trim(), ""].join("\n")
}

/**
 * From now on, this process accepts certificates that this authority has signed, too. Connections that name their own
 * authority, such as that to the API server, are none the wiser.
 */
export function trustAlso(ca: string): void {
  const known = tls.getCACertificates("default")
  const own = ca.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  tls.setDefaultCACertificates([...new Set([...known, ...own])])
}
