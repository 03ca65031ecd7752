import { callApi } from './http.ts'
import type { Agent, Conversation, Exchange, Health, Message, Page, Skill } from './types.ts'

const enc = encodeURIComponent

export async function listSkills(signal?: AbortSignal): Promise<readonly Skill[]> {
  return (await callApi<Page<Skill>>('/api/skills', { ...(signal && { signal }) })).items
}

/** Agents made by people; what checks make stays out of sight. */
export function listAgents(cursor: string | null, signal?: AbortSignal): Promise<Page<Agent>> {
  const query = cursor === null ? '' : `&cursor=${enc(cursor)}`
  return callApi(`/api/agents?purpose=user&limit=20${query}`, { ...(signal && { signal }) })
}

export function readAgent(id: string, signal?: AbortSignal): Promise<Agent> {
  return callApi(`/api/agents/${enc(id)}`, { ...(signal && { signal }) })
}

export function createAgent(draft: { name: string; skills: readonly string[] }): Promise<Agent> {
  return callApi('/api/agents', { method: 'POST', body: draft })
}

export function removeAgent(id: string): Promise<void> {
  return callApi(`/api/agents/${enc(id)}`, { method: 'DELETE' })
}

/** The agent's newest conversation with its messages; undefined if they never talked. */
export async function readTalk(
  agentId: string,
  signal?: AbortSignal,
): Promise<{ conversation: Conversation; messages: readonly Message[] } | undefined> {
  const all = await everyPage<Conversation>(`/api/agents/${enc(agentId)}/conversations`, signal)
  const conversation = all.at(-1)
  if (conversation === undefined) return undefined
  return { conversation, messages: await everyPage(`/api/conversations/${enc(conversation.id)}/messages`, signal) }
}

export function startConversation(agentId: string): Promise<Conversation> {
  return callApi(`/api/agents/${enc(agentId)}/conversations`, { method: 'POST', body: {} })
}

export function sendMessage(conversationId: string, text: string): Promise<Exchange> {
  return callApi(`/api/conversations/${enc(conversationId)}/messages`, { method: 'POST', body: { text } })
}

export function readHealth(signal?: AbortSignal): Promise<Health> {
  return callApi('/api/health', { ...(signal && { signal }) })
}

async function everyPage<Item>(path: string, signal?: AbortSignal): Promise<readonly Item[]> {
  const items: Item[] = []
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `&cursor=${enc(cursor)}`
    const page: Page<Item> = await callApi(`${path}?limit=100${query}`, { ...(signal && { signal }) })
    items.push(...page.items)
    cursor = page.next
  } while (cursor !== null)
  return items
}
