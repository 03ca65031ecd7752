import type { Reply, SkillName } from '../skills/index.ts'

/** Who made it: a person, or a check that will remove it again. */
export type Purpose = 'user' | 'test'

export interface Agent {
  readonly id: string
  readonly sequence: number
  readonly name: string
  readonly instructions: string
  readonly skills: readonly SkillName[]
  readonly purpose: Purpose
  readonly createdAt: string
}

export interface Conversation {
  readonly id: string
  readonly sequence: number
  readonly agentId: string
  readonly title: string
  readonly createdAt: string
}

export interface Message {
  readonly id: string
  readonly sequence: number
  readonly conversationId: string
  readonly author: 'person' | 'agent'
  readonly text: string
  /** Which skill wrote it; null for a person's message. */
  readonly skill: Reply['skill'] | null
  readonly createdAt: string
}

type Draft<Item> = Omit<Item, 'id' | 'sequence' | 'createdAt'>

export interface StoreCounts {
  readonly agents: number
  readonly conversations: number
  readonly messages: number
}

/** Where everything is kept. Lists come in order of creation. */
export interface Store {
  addAgent(draft: Draft<Agent>): Agent
  agent(id: string): Agent | undefined
  agents(purpose?: Purpose): readonly Agent[]
  updateAgent(id: string, change: Partial<Pick<Agent, 'name' | 'instructions' | 'skills'>>): Agent | undefined
  /** Removes the agent with its conversations and messages; false if there was none. */
  removeAgent(id: string): boolean
  addConversation(draft: Draft<Conversation>): Conversation
  conversation(id: string): Conversation | undefined
  conversationsOf(agentId: string): readonly Conversation[]
  /** Adds all of them or, where there is no room, none. */
  addMessages(drafts: readonly Draft<Message>[]): readonly Message[]
  messagesOf(conversationId: string): readonly Message[]
  counts(): StoreCounts
}
