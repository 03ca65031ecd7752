import { canonicalJson, toJson } from "../../domain/index.ts"
import type { Envelope } from "../statements/dsse.ts"

/** Media type of a Sigstore bundle, in its version 0.3. */
export const bundleMediaType = "application/vnd.dev.sigstore.bundle.v0.3+json"

/** Annotations of a bundle's manifest, by which `cosign tree` and registries name what is in it. */
export function bundleAnnotations(predicateType: string): Readonly<Record<string, string>> {
  return {
    "dev.sigstore.bundle.content": "dsse-envelope",
    "dev.sigstore.bundle.predicateType": predicateType,
  }
}

/**
 * An envelope as Sigstore bundles, one for each signature: verifiers refuse a bundle with several. It names no key, no
 * certificate and no transparency log: whoever verifies brings the public key.
 */
export function bundlesOf({ payload, payloadType, signatures }: Envelope): readonly string[] {
  return signatures.map(({ sig }) =>
    canonicalJson(
      toJson({
        mediaType: bundleMediaType,
        verificationMaterial: { publicKey: { hint: "" } },
        dsseEnvelope: { payload, payloadType, signatures: [{ sig }] },
      }),
    ),
  )
}
