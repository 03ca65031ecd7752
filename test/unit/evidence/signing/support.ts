import { type ReleaseRecord, sha256 } from "../../../../src/domain/index.ts"
import { newKeyPair } from "../../../../src/evidence/signing/key-pair.ts"
import { readSigningKey, type SigningKey } from "../../../../src/evidence/signing/private-key.ts"
import { type PublicKey, readPublicKey } from "../../../../src/evidence/statements/index.ts"

/** A pair of keys, ready to sign and to be trusted. */
export async function signer(
  name: string,
): Promise<{ readonly key: SigningKey; readonly trusted: PublicKey }> {
  const pair = newKeyPair("ed25519")
  return {
    key: await readSigningKey(pair.privateKey),
    trusted: readPublicKey({ name, publicKey: pair.publicKey }),
  }
}

/** Recorded content as the key file that cosign writes around it: secret scans would report the file itself. */
export function cosignKeyFile(label: string, content: object): string {
  const body = Buffer.from(JSON.stringify(content)).toString("base64")
  return [`-----BEGIN ${label}-----`, ...(body.match(/.{1,64}/g) ?? []), `-----END ${label}-----`, ""].join(
    "\n",
  )
}

export function recordOf(more: Partial<ReleaseRecord> = {}): ReleaseRecord {
  return {
    schemaVersion: 1,
    project: "shop",
    version: "1.4.0",
    source: { commit: "c".repeat(40), tree: "d".repeat(40), tag: "v1.4.0" },
    images: [
      {
        component: "web",
        repository: "r.example/shop/web",
        digest: sha256("web"),
        platform: "linux/amd64",
        bytes: 10,
      },
    ],
    chart: { name: "signalbox-app", version: "0.1.0", digest: sha256("chart") },
    gates: [
      {
        gate: "lint",
        verdict: "pass",
        summary: "0 findings",
        tools: [{ name: "eslint", version: "10.0.0", image: `r.example/node@${sha256("node")}` }],
        reportDigest: sha256("lint"),
      },
    ],
    waivers: [],
    builder: { name: "signalbox", version: "0.1.0", engine: "v0.21.7" },
    created: "2026-03-01T00:00:00Z",
    ...more,
  }
}
