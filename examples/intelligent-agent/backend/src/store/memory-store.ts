import { randomUUID } from 'node:crypto'
import { Problem } from '../http/problem.ts'
import type { Agent, Conversation, Message, Purpose, Store, StoreCounts } from './store.ts'

export interface MemoryStoreLimits {
  readonly maxAgents: number
  /** Messages per conversation. */
  readonly maxMessages: number
  /** Milliseconds that agents with the purpose `test` live. Default: as long as the others. */
  readonly testDataTtlMs?: number
}

/** Conversations per agent. */
const maxConversations = 100

/**
 * Keeps everything in the memory of this process: bounded, gone with a restart, and not shared. So the backend
 * runs with one replica until there is another implementation of `Store`.
 */
export class MemoryStore implements Store {
  readonly #limits: MemoryStoreLimits
  readonly #agents = new Map<string, Agent>()
  readonly #conversations = new Map<string, Conversation>()
  readonly #byAgent = new Map<string, Conversation[]>()
  readonly #messages = new Map<string, Message[]>()
  readonly #now: () => Date
  #sequence = 0

  constructor(limits: MemoryStoreLimits, now: () => Date = () => new Date()) {
    this.#limits = limits
    this.#now = now
  }

  addAgent(draft: Parameters<Store['addAgent']>[0]): Agent {
    this.#removeExpired()
    room(this.#agents.size, 1, this.#limits.maxAgents, 'agents')
    const agent = { ...draft, ...this.#stamp() }
    this.#agents.set(agent.id, agent)
    this.#byAgent.set(agent.id, [])
    return agent
  }

  agent(id: string): Agent | undefined {
    return this.#agents.get(id)
  }

  agents(purpose?: Purpose): readonly Agent[] {
    this.#removeExpired()
    const all = [...this.#agents.values()]
    return purpose === undefined ? all : all.filter((agent) => agent.purpose === purpose)
  }

  updateAgent(id: string, change: Parameters<Store['updateAgent']>[1]): Agent | undefined {
    const before = this.#agents.get(id)
    if (before === undefined) return undefined
    const after = { ...before, ...change }
    this.#agents.set(id, after)
    return after
  }

  removeAgent(id: string): boolean {
    for (const conversation of this.conversationsOf(id)) {
      this.#conversations.delete(conversation.id)
      this.#messages.delete(conversation.id)
    }
    this.#byAgent.delete(id)
    return this.#agents.delete(id)
  }

  addConversation(draft: Parameters<Store['addConversation']>[0]): Conversation {
    const siblings = this.#byAgent.get(draft.agentId) ?? []
    room(siblings.length, 1, maxConversations, 'conversations of this agent')
    const conversation = { ...draft, ...this.#stamp() }
    this.#conversations.set(conversation.id, conversation)
    this.#byAgent.set(draft.agentId, [...siblings, conversation])
    this.#messages.set(conversation.id, [])
    return conversation
  }

  conversation(id: string): Conversation | undefined {
    return this.#conversations.get(id)
  }

  conversationsOf(agentId: string): readonly Conversation[] {
    return this.#byAgent.get(agentId) ?? []
  }

  addMessages(drafts: Parameters<Store['addMessages']>[0]): readonly Message[] {
    const counts = Map.groupBy(drafts, (draft) => draft.conversationId)
    for (const [id, added] of counts) {
      room(this.messagesOf(id).length, added.length, this.#limits.maxMessages, 'messages of this conversation')
    }
    return drafts.map((draft) => {
      const message = { ...draft, ...this.#stamp() }
      this.#messages.get(draft.conversationId)?.push(message)
      return message
    })
  }

  messagesOf(conversationId: string): readonly Message[] {
    return this.#messages.get(conversationId) ?? []
  }

  counts(): StoreCounts {
    let messages = 0
    for (const list of this.#messages.values()) messages += list.length
    return { agents: this.#agents.size, conversations: this.#conversations.size, messages }
  }

  /** A check that was killed half-way cannot tidy up after itself. */
  #removeExpired(): void {
    const oldest = this.#now().getTime() - (this.#limits.testDataTtlMs ?? Number.POSITIVE_INFINITY)
    for (const agent of this.#agents.values()) {
      // In order of creation: nothing after this one is older.
      if (Date.parse(agent.createdAt) > oldest) return
      if (agent.purpose === 'test') this.removeAgent(agent.id)
    }
  }

  #stamp(): { id: string; sequence: number; createdAt: string } {
    this.#sequence += 1
    return { id: randomUUID(), sequence: this.#sequence, createdAt: this.#now().toISOString() }
  }
}

function room(used: number, wanted: number, limit: number, what: string): void {
  if (used + wanted > limit) {
    throw new Problem(409, 'full', `The limit of ${limit} ${what} is reached; remove some first.`)
  }
}
