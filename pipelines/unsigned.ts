import type { Session } from "../src/call/index.ts"
import { type Digest, describe, type ErrorDetail } from "../src/domain/index.ts"
import { readPublicKey, signatureRefusal } from "../src/evidence/index.ts"
import type { Release } from "./bundle.ts"
import { recordStatement } from "./statements.ts"

/** What a later call will refuse, told by the one that could still have avoided it. */
export type Warning = Required<Pick<ErrorDetail, "what" | "why" | "next">>

/**
 * A release that no protected environment will take, because none of the policy's keys has signed its record. Nothing is
 * refused here: other environments take it.
 * @param held the call under the policy in force
 */
export async function unsignedRecord(
  held: Session,
  { record, files }: Pick<Release, "record" | "files">,
): Promise<Warning | null> {
  const { signingKeys } = await held.config()
  if (signingKeys.length === 0) return null
  const keys = signingKeys.map(readPublicKey)
  const refusal = signatureRefusal(record, await recordStatement(files), keys, record.version)
  if (refusal === null) return null
  return {
    what: refusal.detail.what,
    why: `${refusal.detail.why ?? ""}: every protected environment will refuse it`,
    next: "publish a new version with --signing-key, whose public key is in signingKeys of the policy",
  }
}

/**
 * A deployment whose verification will not be signed by a key of the policy: a protected environment that promotes from
 * this one will refuse the release.
 * @param key id of the call's signing key; undefined where it has none
 */
export async function unsignedVerification(
  held: Session,
  environment: string,
  key: Digest | undefined,
): Promise<Warning | null> {
  const keys = (await held.config()).signingKeys.map(readPublicKey)
  if (keys.length === 0 || keys.some(({ id }) => id === key)) return null
  const names = keys.map(({ name, id }) => `${name} (${id})`).join(", ")
  const why = key === undefined ? "the call has no --signing-key" : `${key} is none of the keys ${names}`
  return {
    what: `no key of the policy signs what this call verifies in ${environment}`,
    why: `${why}: a protected environment that promotes from ${environment} will refuse the release`,
    next: "deploy with --signing-key, whose public key is in signingKeys of the policy",
  }
}

/** The same as lines of a call's output; empty for none. */
export function warningText(warning: Warning | null): string {
  return warning === null ? "" : `${describe("warning", warning)}\n`
}
