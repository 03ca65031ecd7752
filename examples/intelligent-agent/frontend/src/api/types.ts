/** The API's answers, as far as this page uses them. */

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Cursor of the next page; null at the end. */
  readonly next: string | null
}

export interface Skill {
  readonly name: string
  readonly title: string
  readonly example: string
}

export interface Agent {
  readonly id: string
  readonly name: string
  readonly instructions: string
  readonly skills: readonly string[]
}

export interface Conversation {
  readonly id: string
  readonly title: string
}

export interface Message {
  readonly id: string
  readonly author: 'person' | 'agent'
  readonly text: string
  readonly skill: string | null
}

export interface Exchange {
  readonly message: Message
  readonly reply: Message
}

export interface Health {
  readonly status: 'healthy' | 'warning' | 'unhealthy'
  readonly message: string
  readonly version: string
}
