export {
  isSignedScan,
  isStatementOf,
  recordSignature,
  type Signature,
  type SignedVerification,
  signatureRefusal,
  signedVerification,
  type WantedVerification,
} from "./check.ts"
export {
  type Envelope,
  envelopeSchema,
  payloadOf,
  preAuthenticationEncoding,
  signerOf,
  unsignedEnvelope,
} from "./dsse.ts"
export { type Invocation, isProvenanceOf, provenanceStatement } from "./provenance.ts"
export { type NamedKey, type PublicKey, readPublicKey } from "./public-key.ts"
export { laterScanStatement, releaseStatement } from "./statement.ts"
export { claimIn, type VerificationClaim, verificationClaim, verificationStatement } from "./verification.ts"
