import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { type AppOptions, buildApp } from '../src/app.ts'
import { Lifecycle } from '../src/operations/lifecycle.ts'
import { MemoryStore } from '../src/store/memory-store.ts'

/** The real application without a socket; a test changes what it is about. */
export function testApp(options: Partial<AppOptions> = {}): FastifyInstance {
  return buildApp({
    version: '1.2.3',
    store: new MemoryStore({ maxAgents: 100, maxMessages: 20 }),
    lifecycle: new Lifecycle({ drainMs: 0, closeMs: 1000 }),
    logLevel: 'silent',
    bodyLimit: 16 * 1024,
    vitals: () => ({ lagMs: 0, heapShare: 0.1 }),
    ...options,
  })
}

export interface Created {
  readonly id: string
  readonly name: string
  readonly skills: readonly string[]
}

/** What a list answers, as far as the tests look at it. */
export interface Listed<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

export function send(
  app: FastifyInstance,
  method: 'POST' | 'PATCH' | 'DELETE',
  url: string,
  payload?: InjectOptions['payload'],
  headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> {
  return app.inject({ method, url, headers, ...(payload !== undefined && { payload }) })
}

export async function createAgent(app: FastifyInstance, body: object = { name: 'Ada' }): Promise<Created> {
  return (await send(app, 'POST', '/api/agents', body)).json<Created>()
}

export async function startConversation(app: FastifyInstance, agentId: string): Promise<Created> {
  return (await send(app, 'POST', `/api/agents/${agentId}/conversations`, {})).json<Created>()
}
