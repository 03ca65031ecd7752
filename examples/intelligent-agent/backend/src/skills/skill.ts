/** What a skill may know about the talk so far. */
export interface Talk {
  /** What the person wrote earlier, oldest first. */
  readonly earlier: readonly string[]
}

/** One thing that an agent can do with a message. */
export interface Skill {
  readonly title: string
  readonly example: string
  /** The reply, or undefined when the message is not for this skill. */
  readonly reply: (text: string, talk: Talk) => string | undefined
}
