import type { FastifyInstance } from 'fastify'
import { expect, test } from 'vitest'
import { createAgent, type Listed, send, startConversation, testApp } from './app.ts'

interface Said {
  readonly author: string
  readonly text: string
  readonly skill: string | null
}

async function conversation(app: FastifyInstance, agent: object = { name: 'Ada' }): Promise<string> {
  const { id } = await startConversation(app, (await createAgent(app, agent)).id)
  return `/api/conversations/${id}/messages`
}

test('a message gets a reply, and both are kept in order', async () => {
  const app = testApp()
  const messages = await conversation(app)
  const sent = await send(app, 'POST', messages, { text: 'What is 12 * (3 + 4)?' })
  expect(sent.statusCode).toBe(201)
  expect(sent.json()).toMatchObject({
    message: { author: 'person', text: 'What is 12 * (3 + 4)?', skill: null },
    reply: { author: 'agent', text: '12 * (3 + 4) = 84', skill: 'arithmetic' },
  })
  const list = (await app.inject(messages)).json<Listed<Said>>()
  expect(list.items.map((message) => message.author)).toEqual(['person', 'agent'])
})

test('an agent remembers what it was told in this conversation, and only there', async () => {
  const app = testApp()
  const here = await conversation(app)
  const elsewhere = await conversation(app)
  await send(app, 'POST', here, { text: 'Remember that the deadline is Friday.' })
  const answered = (url: string) => send(app, 'POST', url, { text: 'What is the deadline?' })
  expect((await answered(here)).json<{ reply: Said }>().reply.text).toBe('You told me: deadline is Friday.')
  expect((await answered(elsewhere)).json<{ reply: Said }>().reply.skill).toBe('smalltalk')
})

test('an agent uses only the skills it has', async () => {
  const app = testApp()
  const messages = await conversation(app, { name: 'Ada', skills: ['checklist'] })
  const { reply } = (await send(app, 'POST', messages, { text: '1 + 1' })).json<{ reply: Said }>()
  expect(reply).toMatchObject({ skill: 'smalltalk' })
  expect(reply.text).toContain('Plan: write the tests')
})

test('a conversation can be read by its address and in the list of its agent', async () => {
  const app = testApp()
  const { id } = await createAgent(app)
  const made = await send(app, 'POST', `/api/agents/${id}/conversations`, { title: 'Planning' })
  const address = made.headers.location?.toString() ?? ''
  expect((await app.inject(address)).json()).toMatchObject({ agentId: id, title: 'Planning' })
  const list = (await app.inject(`/api/agents/${id}/conversations`)).json<Listed<{ title: string }>>()
  expect(list.items.map(({ title }) => title)).toEqual(['Planning'])
})

test.each([
  ['GET', '/api/agents/none/conversations'],
  ['POST', '/api/agents/none/conversations'],
  ['GET', '/api/conversations/none'],
  ['GET', '/api/conversations/none/messages'],
  ['POST', '/api/conversations/none/messages'],
] as const)('%s %s is 404', async (method, url) => {
  const response = await testApp().inject({ method, url, ...(method === 'POST' && { payload: {} }) })
  expect(response.statusCode).toBe(404)
  expect(response.json()).toMatchObject({ title: 'Not Found', status: 404 })
})

test('neither an empty nor an endless message is taken', async () => {
  const app = testApp()
  const messages = await conversation(app)
  expect((await send(app, 'POST', messages, { text: ' ' })).statusCode).toBe(400)
  expect((await send(app, 'POST', messages, { text: 'x'.repeat(2001) })).statusCode).toBe(400)
  expect((await send(app, 'POST', messages, { text: 'x'.repeat(17 * 1024) })).statusCode).toBe(413)
})

test('a full conversation takes no half exchange', async () => {
  const app = testApp()
  const messages = await conversation(app)
  for (let n = 0; n < 10; n++) await send(app, 'POST', messages, { text: `${n} + 1` })
  expect((await send(app, 'POST', messages, { text: 'one more' })).statusCode).toBe(409)
  expect((await app.inject(`${messages}?limit=100`)).json<Listed<Said>>().items).toHaveLength(20)
})
