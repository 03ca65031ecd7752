import type { StepId } from "./steps.ts"

/** The expected result of a step: constants, separate from the code that runs the steps. The checker uses only these. */
export interface Expectation {
  /** In words, for the report. */
  readonly text: string
  /** Exit codes of all its commands, in order. */
  readonly exitCodes: readonly number[]
  /** What the output of a command must say, by its index from 0. */
  readonly says?: Readonly<Record<number, string>>
  /** Index of the command whose exit code is the step's, from 0. */
  readonly deciding: number
  /** Conditions on the running pods' digests after the step. */
  readonly digests: readonly DigestRule[]
  /** Whether the registry's list of tags must be the same before and after. */
  readonly registry?: "unchanged" | "grows"
}

export type DigestRule =
  | { readonly rule: "running"; readonly environment: string }
  | {
      readonly rule: "equal"
      readonly environment: string
      readonly to: { readonly step: StepId; readonly environment: string }
    }
  | {
      readonly rule: "differs"
      readonly environment: string
      readonly from: { readonly step: StepId; readonly environment: string }
    }

const unchangedEnvironments: readonly DigestRule[] = [
  { rule: "equal", environment: "production", to: { step: "bad-release", environment: "production" } },
  { rule: "equal", environment: "staging", to: { step: "bad-release", environment: "staging" } },
]

const refused: Expectation = {
  text: "exit 10 before anything is published: the registry's tags and both environments are unchanged",
  exitCodes: [10],
  deciding: 0,
  digests: unchangedEnvironments,
  registry: "unchanged",
}

export const expectations: Readonly<Record<StepId, Expectation>> = {
  build: { text: "exit 0, sizes within budget", exitCodes: [0], deciding: 0, digests: [] },
  gates: {
    text: "every gate passes, reports exported",
    exitCodes: [0, 0],
    deciding: 1,
    digests: [],
    registry: "unchanged",
  },
  publish: {
    text: "both images and a signed record in the registry, whose signature holds offline",
    exitCodes: [0, 0, 0],
    says: { 2: "signature: by --public-key" },
    deciding: 0,
    digests: [],
    registry: "grows",
  },
  staging: {
    text: "plan, deploy, smoke and load end with 0",
    exitCodes: [0, 0, 0],
    deciding: 1,
    digests: [{ rule: "running", environment: "staging" }],
  },
  production: {
    text: "stops with 17 until the plan's hash is approved, then runs the digests verified in staging",
    exitCodes: [0, 17, 0, 0],
    says: { 0: "signed by the key demo" },
    deciding: 2,
    digests: [{ rule: "equal", environment: "production", to: { step: "staging", environment: "staging" } }],
  },
  "bad-release": {
    text: "exit 15: production runs the digests of the step before",
    exitCodes: [0, 17, 15, 0],
    deciding: 2,
    digests: [
      { rule: "equal", environment: "production", to: { step: "production", environment: "production" } },
      { rule: "differs", environment: "staging", from: { step: "production", environment: "staging" } },
    ],
  },
  "planted-secret": refused,
  "planted-vulnerability": refused,
  "failing-test": refused,
  rollback: {
    text: "a good release reaches production, then rollback ends with 0 on the digests before it",
    exitCodes: [17, 0, 0, 0],
    deciding: 2,
    digests: [
      { rule: "equal", environment: "production", to: { step: "production", environment: "production" } },
      { rule: "differs", environment: "staging", from: { step: "bad-release", environment: "staging" } },
    ],
  },
  held: {
    text: "exit 16, production unchanged",
    exitCodes: [16],
    deciding: 0,
    digests: [
      { rule: "equal", environment: "production", to: { step: "rollback", environment: "production" } },
    ],
  },
  "roll-forward": {
    text: "after the hold is lifted the new digests run in production",
    exitCodes: [0, 17, 0],
    deciding: 2,
    digests: [{ rule: "equal", environment: "production", to: { step: "rollback", environment: "staging" } }],
  },
  tampered: {
    text: "a changed record, a moved tag and a borrowed ledger end with 16 by their rules, a committed .env with 13; nothing else runs in staging and production",
    exitCodes: [0, 16, 16, 0, 0, 16, 13],
    says: {
      1: "rule signed-record",
      2: "rule record-tag",
      5: "rule signed-verification: of 1 statements 1 are signed by a key of the policy",
      6: "a committed .env sets arguments of this call",
    },
    deciding: 1,
    digests: [
      { rule: "equal", environment: "production", to: { step: "roll-forward", environment: "production" } },
      { rule: "equal", environment: "staging", to: { step: "roll-forward", environment: "staging" } },
    ],
  },
}
