import { expect, test } from 'vitest'
import { MemoryStore } from '../src/store/memory-store.ts'
import { type Created, createAgent, type Listed, send, startConversation, testApp } from './app.ts'

test('a new agent has all skills, an address and an ETag', async () => {
  const app = testApp()
  const response = await send(app, 'POST', '/api/agents', { name: '  Ada  ' })
  const agent = response.json<Created>()
  expect(response.statusCode).toBe(201)
  expect(agent).toMatchObject({ name: 'Ada', instructions: '', purpose: 'user' })
  expect(agent.skills).toEqual(['arithmetic', 'checklist', 'summary', 'memory'])
  expect(response.headers.location).toBe(`/api/agents/${agent.id}`)
  expect(response.headers.etag).toMatch(/^"[\w-]{22}"$/)
})

test.each([
  ['no name', {}, '/name'],
  ['an empty name', { name: ' ' }, '/name'],
  ['an unknown skill', { name: 'Ada', skills: ['juggling'] }, '/skills/0'],
  ['an unknown field', { name: 'Ada', nmae: 'x' }, '/'],
])('%s is refused and the field is named', async (_what, body, pointer) => {
  const response = await send(testApp(), 'POST', '/api/agents', body)
  expect(response.statusCode).toBe(400)
  expect(response.headers['content-type']).toContain('application/problem+json')
  expect(response.json<{ errors: unknown[] }>().errors).toMatchObject([{ pointer }])
})

test('pages follow each other without gaps, also when items come and go in between', async () => {
  const app = testApp()
  const made: Created[] = []
  for (let n = 1; n <= 5; n++) made.push(await createAgent(app, { name: `Agent ${n}` }))

  const first = (await app.inject('/api/agents?limit=2')).json<Listed<Created>>()
  expect(first.items.map((agent) => agent.name)).toEqual(['Agent 1', 'Agent 2'])
  await send(app, 'DELETE', `/api/agents/${made[1]?.id ?? ''}`)

  const second = (await app.inject(`/api/agents?limit=2&cursor=${first.next ?? ''}`)).json<Listed<Created>>()
  expect(second.items.map((agent) => agent.name)).toEqual(['Agent 3', 'Agent 4'])
  const last = (await app.inject(`/api/agents?limit=2&cursor=${second.next ?? ''}`)).json<Listed<Created>>()
  expect(last).toMatchObject({ items: [{ name: 'Agent 5' }], next: null })
})

test.each(['limit=0', 'limit=101', 'limit=many', 'cursor=bogus'])('a list refuses %s', async (query) => {
  expect((await testApp().inject(`/api/agents?${query}`)).statusCode).toBe(400)
})

test('agents of checks are kept apart from those of people', async () => {
  const app = testApp()
  await createAgent(app, { name: 'Ada' })
  await createAgent(app, { name: 'Probe', purpose: 'test' })
  const list = (await app.inject('/api/agents?purpose=user')).json<Listed<Created>>()
  expect(list.items.map((agent) => agent.name)).toEqual(['Ada'])
})

test('what a check left behind is removed after a while', async () => {
  let now = new Date('2026-01-01T00:00:00Z')
  const store = new MemoryStore({ maxAgents: 10, maxMessages: 2, testDataTtlMs: 60_000 }, () => now)
  const app = testApp({ store })
  await createAgent(app, { name: 'Ada' })
  await createAgent(app, { name: 'Probe', purpose: 'test' })
  now = new Date('2026-01-01T00:00:59Z')
  expect((await app.inject('/api/agents')).json<Listed<Created>>().items).toHaveLength(2)
  now = new Date('2026-01-01T00:01:00Z')
  expect((await app.inject('/api/agents')).json<Listed<Created>>().items).toMatchObject([{ name: 'Ada' }])
})

test('a reader who has the current version gets 304', async () => {
  const app = testApp()
  const { id } = await createAgent(app)
  const etag = (await app.inject(`/api/agents/${id}`)).headers.etag?.toString() ?? ''
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
    const again = await app.inject({ url: `/api/agents/${id}`, headers: { 'if-none-match': known } })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  }
})

test('a change needs the version it was based on', async () => {
  const app = testApp()
  const { id } = await createAgent(app)
  const url = `/api/agents/${id}`
  const etag = (await app.inject(url)).headers.etag?.toString() ?? ''

  expect((await send(app, 'PATCH', url, { name: 'Eve' })).statusCode).toBe(428)
  const changed = await send(app, 'PATCH', url, { name: 'Eve', skills: ['memory'] }, { 'if-match': etag })
  expect(changed.json()).toMatchObject({ id, name: 'Eve', skills: ['memory'] })
  // Someone else still has the old version.
  expect((await send(app, 'PATCH', url, { name: 'Bob' }, { 'if-match': etag })).statusCode).toBe(412)
  const next = changed.headers.etag?.toString() ?? ''
  expect((await send(app, 'PATCH', url, { instructions: 'Be brief.' }, { 'if-match': next })).statusCode).toBe(200)
  expect((await send(app, 'PATCH', url, {}, { 'if-match': '*' })).statusCode).toBe(400)
})

test('with an agent go its conversations', async () => {
  const app = testApp()
  const { id } = await createAgent(app)
  const conversation = await startConversation(app, id)
  expect((await send(app, 'DELETE', `/api/agents/${id}`)).statusCode).toBe(204)
  expect((await app.inject(`/api/conversations/${conversation.id}`)).statusCode).toBe(404)
  expect((await app.inject(`/api/agents/${id}/conversations`)).statusCode).toBe(404)
  expect((await send(app, 'DELETE', `/api/agents/${id}`)).statusCode).toBe(404)
})

test('a full store says so', async () => {
  const app = testApp({ store: new MemoryStore({ maxAgents: 1, maxMessages: 2 }) })
  await createAgent(app)
  const refused = await send(app, 'POST', '/api/agents', { name: 'One too many' })
  expect(refused.statusCode).toBe(409)
  expect(refused.json<{ detail: string }>().detail).toContain('limit of 1 agents')
})

test('the skills can be listed with an example each', async () => {
  const list = (await testApp().inject('/api/skills')).json<Listed<{ name: string; example: string }>>()
  expect(list.items.map((skill) => skill.name)).toEqual(['arithmetic', 'checklist', 'summary', 'memory'])
  expect(list.items.every((skill) => skill.example !== '')).toBe(true)
})
