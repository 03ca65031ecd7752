import { append, emptyLedger, type StoredLedger } from "../../../src/deploy/state/index.ts"
import { type ReleaseDigests, sha256 } from "../../../src/domain/index.ts"

/** What a version stands for, where nothing of it has to exist. */
export function setOf(version: string): ReleaseDigests {
  const digest = sha256(version)
  const parts = { record: digest, chart: digest, values: digest, manifests: digest }
  return { version, images: { web: digest }, ...parts }
}

/** The ledger of `staging` after versions were deployed there and verified. */
export function deployed(...versions: readonly string[]): StoredLedger {
  return versions.reduce(
    (ledger, version, index) =>
      append(ledger, {
        operation: `op-${index + 1}`,
        kind: "deploy",
        fence: index + 1,
        at: new Date().toISOString(),
        by: "tester",
        set: setOf(version),
        revision: index + 1,
        outcome: "verified",
        planHash: sha256("plan"),
      }),
    emptyLedger("staging"),
  )
}
