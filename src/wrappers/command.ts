/**
 * How the generated CI files call the pipeline. Dagger 1.0 renames the command to `dagger api call` and replaces the
 * context directories that 0.21 fills in by itself: both changes belong here.
 */
export const dagger = { command: ["dagger", "call"], version: "0.21.7" } as const

/** An environment variable, expanded by the shell and never by a template, so that its value cannot become code. */
export interface Variable {
  readonly variable: string
}

export type Word = string | Variable

export const variables = {
  /** Trust in the change: fork or branch. */
  context: { variable: "RELEASE_CONTEXT" },
  /** Ref whose policy counts: the branch that a change is merged into, else the first protected branch. */
  policy: { variable: "RELEASE_POLICY" },
  /** Version that a branch publishes: 0.0.0-gCOMMIT. */
  version: { variable: "RELEASE_VERSION" },
  /** The tag to release. */
  tag: { variable: "RELEASE_TAG" },
  /** Hash of the plan that was approved. */
  approve: { variable: "RELEASE_APPROVE" },
  /** Logins of those who have approved this run, with commas between. */
  approvers: { variable: "RELEASE_APPROVERS" },
  /** Address of this CI run, and who started or approved it: the actor in locks and ledgers. */
  actor: { variable: "RELEASE_ACTOR" },
} as const satisfies Record<string, Variable>

export interface Call {
  readonly words: readonly Word[]
  /** Names of the secrets that the call reads from its environment. */
  readonly secrets: readonly string[]
  readonly variables: readonly string[]
}

/** A call of the module. Its secrets are the words of the form `env://NAME`. */
export function call(...words: readonly Word[]): Call {
  const secrets = words.flatMap((word) =>
    typeof word === "string" ? (/^env:\/\/(\w+)$/.exec(word)?.[1] ?? []) : [],
  )
  const used = words.flatMap((word) => (typeof word === "string" ? [] : [word.variable]))
  return { words, secrets: [...new Set(secrets)], variables: [...new Set(used)] }
}

/** The call as a line of POSIX shell. */
export function shellLine({ words }: Call): string {
  return [...dagger.command, ...words].map(shellWord).join(" ")
}

function shellWord(word: Word): string {
  if (typeof word !== "string") return `"$${word.variable}"`
  return /^[A-Za-z0-9_%+=:,./@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
