import { createPrivateKey, X509Certificate } from "node:crypto"
import { chmodSync, existsSync, readFileSync, renameSync } from "node:fs"
import { type Run, run } from "./run.ts"

/** What a certificate is for. */
export interface CertificateRequest {
  readonly commonName: string
  /** Groups, as Kubernetes reads a client's certificate. */
  readonly organization?: string
  /** Names and addresses, in openssl's notation (`DNS:k8s`, `IP:10.96.0.1`); these make it a server's certificate. */
  readonly serves?: readonly string[]
  /** It also identifies its holder to servers; always so when it serves nothing. */
  readonly client?: boolean
}

/** Files `<path>.crt` and `<path>.key`. */
export interface KeyPair {
  readonly certificate: string
  readonly key: string
}

export const keyPairAt = (path: string): KeyPair => ({ certificate: `${path}.crt`, key: `${path}.key` })

const authorityDays = 3650
const leafDays = 365
const renewalDays = 60
const day = 24 * 60 * 60 * 1000

/** The parts of openssl's own configuration would make every certificate an authority: we give it an empty one. */
const emptyConfiguration = ["-config", "/dev/null"]
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]

/** Makes an authority that signs other certificates, unless it is there. Its key never leaves the directory. */
export async function ensureAuthority(path: string, commonName: string, exec: Run = run): Promise<KeyPair> {
  const pair = keyPairAt(path)
  if (isWhole(pair)) return pair
  await request(
    pair,
    [
      "-days",
      String(authorityDays),
      "-subj",
      `/CN=${commonName}`,
      ...extension("basicConstraints=critical,CA:TRUE"),
      ...extension("keyUsage=critical,keyCertSign,cRLSign,digitalSignature"),
      ...extension("subjectKeyIdentifier=hash"),
    ],
    exec,
  )
  return pair
}

/** Makes a certificate unless a fitting one is there: right names, right authority, weeks to live. */
export async function ensureCertificate(
  path: string,
  authority: KeyPair,
  wanted: CertificateRequest,
  exec: Run = run,
): Promise<KeyPair> {
  const pair = keyPairAt(path)
  if (isWhole(pair)) {
    const present = readFileSync(pair.certificate, "utf8")
    if (stillGood(present, readFileSync(authority.certificate, "utf8"), wanted, Date.now())) return pair
  }
  const uses = wanted.serves ? ["serverAuth", ...(wanted.client ? ["clientAuth"] : [])] : ["clientAuth"]
  await request(
    pair,
    [
      "-CA",
      authority.certificate,
      "-CAkey",
      authority.key,
      "-days",
      String(leafDays),
      "-subj",
      `${wanted.organization ? `/O=${wanted.organization}` : ""}/CN=${wanted.commonName}`,
      ...extension("basicConstraints=critical,CA:FALSE"),
      ...extension("keyUsage=critical,digitalSignature,keyEncipherment"),
      ...extension(`extendedKeyUsage=${uses.join(",")}`),
      ...(wanted.serves ? extension(`subjectAltName=${wanted.serves.join(",")}`) : []),
    ],
    exec,
  )
  return pair
}

/** A kill between key and certificate leaves a new key beside an old certificate, or none. */
function isWhole({ certificate, key }: KeyPair): boolean {
  if (!existsSync(certificate) || !existsSync(key)) return false
  return new X509Certificate(readFileSync(certificate)).checkPrivateKey(createPrivateKey(readFileSync(key)))
}

/** Whether a certificate can be kept. */
export function stillGood(
  pem: string,
  authorityPem: string,
  wanted: CertificateRequest,
  now: number,
): boolean {
  const certificate = new X509Certificate(pem)
  const authority = new X509Certificate(authorityPem)
  const subject = [wanted.organization && `O=${wanted.organization}`, `CN=${wanted.commonName}`].filter(
    Boolean,
  )
  return (
    certificate.verify(authority.publicKey) &&
    certificate.subject === subject.join("\n") &&
    Date.parse(certificate.validTo) - now > renewalDays * day &&
    (wanted.serves ?? []).every((name) => covers(certificate, name))
  )
}

function covers(certificate: X509Certificate, name: string): boolean {
  const value = name.slice(name.indexOf(":") + 1)
  return (name.startsWith("IP:") ? certificate.checkIP(value) : certificate.checkHost(value)) !== undefined
}

const extension = (text: string): readonly string[] => ["-addext", text]

async function request(pair: KeyPair, args: readonly string[], exec: Run): Promise<void> {
  const fresh = `${pair.certificate}.new`
  await exec("openssl", [
    "req",
    "-x509",
    ...emptyConfiguration,
    ...newKey,
    "-sha256",
    "-keyout",
    pair.key,
    "-out",
    fresh,
    ...args,
  ])
  chmodSync(pair.key, 0o600)
  renameSync(fresh, pair.certificate)
}
