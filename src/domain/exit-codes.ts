/** Exit codes of every acting call, the same on a laptop and in CI. 1 is left to the CLI, 2 to an interrupt. */
export const ExitCode = {
  /** Everything requested was done and verified. */
  pass: 0,
  /** A gate or a test judged the input and refused it. */
  failed: 10,
  /** Could not be judged or reached: a tool, registry, cluster or database is missing or broken. */
  error: 11,
  /** Judged, but the evidence is too thin to decide. */
  inconclusive: 12,
  /** Configuration or usage: the caller has to correct it. */
  usage: 13,
  /** Another operation holds the environment. */
  locked: 14,
  /** The deployment failed and the environment is back on its last verified revision. */
  rolledBack: 15,
  /** Policy refuses: missing evidence, a held digest, an unaccepted database. */
  refused: 16,
  /** Stopped before production until the printed plan hash is approved. */
  approval: 17,
  /** A person is needed: going back failed, or there was no verified release to go back to. */
  person: 18,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
export type ExitName = keyof typeof ExitCode
