import { visible } from "../../domain/index.ts"
import { code, inert } from "./markdown-text.ts"
import type { EarlierVerification } from "./promotion.ts"

/** Where and when a release was verified before, and by whose word: what an approver asks first. */
export function earlierLines(environment: string, earlier: EarlierVerification | null): readonly string[] {
  return ["## Verified before", "", ...linesOf(environment, earlier), ""]
}

function linesOf(environment: string, earlier: EarlierVerification | null): readonly string[] {
  if (earlier === null) return [`- nowhere: ${inert(environment)} takes releases from no other environment`]
  if (!earlier.ok) {
    const { what, why } = earlier.refusal.detail
    return [`- no: ${inert([what, why].filter((text) => text !== undefined).join("; "))}`]
  }
  const { operation, until, from, signer } = earlier
  return [
    `- in ${inert(from)}, by ${inert(operation.kind)} operation ${code(visible(operation.operation))} of ${inert(operation.by)}`,
    `- on ${inert(operation.at)}; it counts until ${until}`,
    signer === null
      ? `- signature: none is required here; the ledger of ${inert(from)} says so`
      : `- signed by the key ${inert(signer.name)} (\`${signer.id}\`)`,
  ]
}
