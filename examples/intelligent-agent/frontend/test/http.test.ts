import { beforeEach, expect, test } from 'vitest'
import { ApiError, callApi } from '../src/api/http.ts'
import { FakeApi, json, problem } from './fake-api.ts'

let api: FakeApi

beforeEach(() => {
  api = new FakeApi()
})

test('what fails on the way is tried again under the same key', async () => {
  api.answer(/agents/, new TypeError('connection reset'), new Response('', { status: 502 }))
  await callApi('/api/agents', { method: 'POST', body: { name: 'Ada', skills: [] } })
  const keys = api.sent.map((request) => request.key)
  expect(keys).toHaveLength(3)
  expect(new Set(keys).size).toBe(1)
  expect(keys[0]).toMatch(/^[\w-]{36}$/)
})

test('another request has another key', async () => {
  await callApi('/api/agents', { method: 'POST', body: { name: 'Ada', skills: [] } })
  await callApi('/api/agents', { method: 'POST', body: { name: 'Ada', skills: [] } })
  expect(new Set(api.sent.map((request) => request.key)).size).toBe(2)
})

test('it does not try for ever', async () => {
  api.answer(/skills/, ...[1, 2, 3, 4].map(() => new Response('', { status: 504 })))
  await expect(callApi('/api/skills')).rejects.toMatchObject({ status: 504, message: 'The server answered with 504.' })
  expect(api.sent).toHaveLength(3)
})

test('a refusal is not repeated', async () => {
  api.answer(/skills/, problem(503, 'Changes are switched off.'))
  await expect(callApi('/api/skills')).rejects.toEqual(new ApiError(503, 'Changes are switched off.'))
  expect(api.sent).toHaveLength(1)
})

test('a call that nobody waits for any more is not repeated', async () => {
  api.answer(/skills/, new DOMException('gone', 'AbortError'))
  await expect(callApi('/api/skills')).rejects.toMatchObject({ name: 'AbortError' })
  expect(api.sent).toHaveLength(1)
})

test('a conversation of many pages is read whole', async () => {
  const { readTalk } = await import('../src/api/agents.ts')
  const message = (id: string) => ({ id, author: 'person', text: id, skill: null })
  api.answer(/conversations\?/, json({ items: [{ id: 'talk', title: 'Talk' }], next: null }))
  api.answer(
    /messages/,
    json({ items: [message('a')], next: 'more' }),
    json({ items: [message('b')], next: null }),
  )
  expect((await readTalk('ada'))?.messages.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(api.sent.at(-1)?.path).toBe('/api/conversations/talk/messages?limit=100&cursor=more')
})
