/**
 * The system's certificate authorities as a store that a JVM reads. The engine adds the authorities of its host to the
 * bundle in PEM only while a command runs, so that the store is made by the command itself. The form is JKS: a JVM of any
 * version reads it, and it needs no program to be written.
 */
import { createHash } from "node:crypto"

/** Not a secret: it only tells a damaged file from a whole one. */
export const storePassword = "changeit"

/** @param bundle certificates in PEM. Equal bundles give equal stores. */
export function javaKeyStore(bundle: string): Buffer {
  const seen = new Set<string>()
  const certificates = [...bundle.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/g)]
    .map(([, base64 = ""]) => Buffer.from(base64, "base64"))
    .filter((certificate) => {
      const key = certificate.toString("base64")
      return !seen.has(key) && seen.add(key)
    })
  const entries = certificates.map((certificate, index) =>
    Buffer.concat([
      // A trusted certificate; its name; no date; the certificate by its kind.
      ...[int(2), text(`authority-${index}`), Buffer.alloc(8), text("X.509")],
      ...[int(certificate.length), certificate],
    ]),
  )
  const store = Buffer.concat([int(0xfeedfeed), int(2), int(entries.length), ...entries])
  const password = Buffer.from(storePassword, "utf16le").swap16()
  const digest = createHash("sha1").update(password).update("Mighty Aphrodite").update(store).digest()
  return Buffer.concat([store, digest])
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Modified UTF-8, which is UTF-8 for these names. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}
