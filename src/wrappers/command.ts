/**
 * The one place that knows how the pipeline is called. Dagger 1.0 renames the command to `dagger api call`, and replaces
 * the context directories that 0.21 fills in by itself.
 */
export const dagger = { command: ["dagger", "call"], version: "0.21.7" } as const

/** The value of an environment variable, expanded by the shell and never by a template: it cannot become code. */
export interface Variable {
  readonly variable: string
}

export type Word = string | Variable

export const variables = {
  /** How far the change is trusted: fork or branch. */
  context: { variable: "RELEASE_CONTEXT" },
  /** Version of what a branch publishes: 0.0.0-gCOMMIT. */
  version: { variable: "RELEASE_VERSION" },
  /** The tag that is released. */
  tag: { variable: "RELEASE_TAG" },
  /** Hash of the plan that was approved. */
  approve: { variable: "RELEASE_APPROVE" },
  /** Address of this run: who acts, as locks and ledgers name it. */
  actor: { variable: "RELEASE_ACTOR" },
} as const satisfies Record<string, Variable>

export interface Call {
  readonly words: readonly Word[]
  /** Names of the secrets that the call reads from its environment. */
  readonly secrets: readonly string[]
  readonly variables: readonly string[]
}

/** A call of the module; secrets are named by `env://NAME` and found out from the words. */
export function call(...words: readonly Word[]): Call {
  const secrets = words.flatMap((word) =>
    typeof word === "string" ? (/^env:\/\/(\w+)$/.exec(word)?.[1] ?? []) : [],
  )
  const used = words.flatMap((word) => (typeof word === "string" ? [] : [word.variable]))
  return { words, secrets: [...new Set(secrets)], variables: [...new Set(used)] }
}

/** The call as a line of POSIX shell. */
export function shellLine(one: Call): string {
  return [...dagger.command, ...one.words].map(shellWord).join(" ")
}

function shellWord(word: Word): string {
  if (typeof word !== "string") return `"$${word.variable}"`
  return /^[A-Za-z0-9_%+=:,./@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
